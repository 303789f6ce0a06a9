/**
 * Weights as files: state dicts of several frameworks, model files, arrays from {@code .npy}; and weights that were
 * published, with the cache that keeps them. What a file says of itself is checked before it is believed, and nothing
 * in a file is ever run.
 */
package io.github.shufflenet4j.weights;
