/** Checks of arguments. */
package io.github.shufflenet4j.check;
