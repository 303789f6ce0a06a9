/** Published weights by name, their cache, and loading a model from a name or file. */
package io.github.shufflenet4j.pretrained;
