/** The networks that the paper compares ShuffleNet V2 with, as tables of architectures. */
package io.github.shufflenet4j.model.comparison;
