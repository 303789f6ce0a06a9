/** Batches: order of an epoch, parallel decoding, mixup and cutmix. */
package io.github.shufflenet4j.data.loader;
