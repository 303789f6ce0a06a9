/**
 * Weights as files: state dicts from {@code .pth} and {@code .safetensors}, arrays from {@code .npy}. What a file says of
 * itself is checked before it is believed, and nothing in a file is ever run.
 */
package io.github.shufflenet4j.weights;
