/** Networks as descriptions: layers, shapes and published figures, from which a zoo model is built. */
package io.github.shufflenet4j.model.architecture;
