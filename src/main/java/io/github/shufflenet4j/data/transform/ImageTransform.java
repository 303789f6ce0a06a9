package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;

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
