package io.github.shufflenet4j.data;

/** One step of augmentation: an image and the randomness of its sample to an image. Stateless, and so thread-safe. */
@FunctionalInterface
public interface ImageTransform {

    /** The transformed image; may be the one given, which is not written to. */
    RgbImage apply(RgbImage image, AddressedRandom random);

    /**
     * The same of an image yet to be decoded: by default all of it. A step that needs less detail than there is may
     * decode less.
     *
     * @throws ImageFormatException if it is damaged
     */
    default RgbImage apply(EncodedImage image, AddressedRandom random) throws ImageFormatException {
        return apply(image.decode(), random);
    }
}
