/**
 * The networks as DL4J zoo models: {@code ShuffleNetV2}, its unit and its block layouts; and, as tables of
 * {@code Architecture}s, its variants and the networks that its paper compares it with.
 */
package io.github.shufflenet4j.model;
