/**
 * Internal. Forward and backward passes of whole layers on NCHW buffers: convolution with batch norm, max pooling, and
 * copies of planes; and links, by which layers read each other's planes in a training step instead.
 */
package io.github.shufflenet4j.kernel.conv;
