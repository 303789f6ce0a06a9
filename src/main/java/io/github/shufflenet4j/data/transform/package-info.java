/** Preprocessing and augmentation with torchvision's semantics. */
package io.github.shufflenet4j.data.transform;
