package io.github.shufflenet4j.data;

/** One step of augmentation: an image and the randomness of its sample to an image. Stateless, and so thread-safe. */
@FunctionalInterface
public interface ImageTransform {

    /** The transformed image; may be the one given, which is not written to. */
    RgbImage apply(RgbImage image, AddressedRandom random);
}
