/**
 * Convolution, batch norm and pooling in pure Java, forward passes and gradients, and the resizing of images: behind
 * interfaces of inner loops with two providers each, Vector API and scalar.
 */
package io.github.shufflenet4j.kernel;
