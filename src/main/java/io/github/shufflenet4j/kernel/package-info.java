/**
 * Internal. The inner loops of convolution, batch norm, pooling and resizing, as interfaces that {@code kernel.vector}
 * and {@code kernel.scalar} implement, and the weights and constants that they take.
 */
package io.github.shufflenet4j.kernel;
