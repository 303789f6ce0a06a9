/** The networks as DL4J zoo models: {@code ShuffleNetV2}, its variants, unit and block layouts. */
package io.github.shufflenet4j.model;
