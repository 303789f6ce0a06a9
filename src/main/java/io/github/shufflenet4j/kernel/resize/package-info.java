/** Internal. Resampling of images in fixed point, by filters that are given. */
package io.github.shufflenet4j.kernel.resize;
