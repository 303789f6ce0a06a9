/**
 * {@code ConvNormActivation}: convolution, batch norm and activation as one DL4J layer, and the executors that
 * compute it; batch norm and activation by themselves; pooling and the classifier as this library's kernels compute
 * them; activation functions that DL4J lacks.
 */
package io.github.shufflenet4j.layer;
