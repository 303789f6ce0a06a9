/**
 * Internal. Forward and backward passes of whole layers on NCHW buffers: convolution with batch norm, max pooling, and
 * copies and means of planes.
 */
package io.github.shufflenet4j.kernel.conv;
