/**
 * Convolution, batch norm and pooling in pure Java: forward passes and gradients on NCHW activations, behind one
 * interface of inner loops with two providers, Vector API and scalar.
 */
package io.github.shufflenet4j.kernel;
