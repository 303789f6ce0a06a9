/** The networks: {@code ShuffleNetV2} as a DL4J zoo model, its variants as a table, its unit and its block layouts. */
package io.github.shufflenet4j.model;
