package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;

/** A step of augmentation on an image. Stateless, and so thread-safe. */
@FunctionalInterface
public interface ImageTransform {

    /** The transformed image; may be the one given, which is not written to. */
    RgbImage apply(RgbImage image, AddressedRandom random);

    /** The same for an encoded image; may decode less detail than there is. */
    default RgbImage apply(EncodedImage image, AddressedRandom random) throws ImageFormatException {
        return apply(image.decode(), random);
    }
}
