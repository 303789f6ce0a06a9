package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;

/** Makes the input of a network, {@code [channels][size][size]} floats, from an image of any size. Thread-safe. */
public interface InputTransform {

    /** Planes written. */
    int channels();

    /** Rows and columns written. */
    int size();

    /** Whether images are to be taken as they are stored, not turned upright by their EXIF data. */
    default boolean ignoreExif() {
        return false;
    }

    /** Writes {@link #length()} floats into {@code target} from {@code offset} on. */
    void apply(RgbImage image, AddressedRandom random, float[] target, int offset);

    /** The same for an encoded image; may decode less than all of it. */
    default void apply(EncodedImage image, AddressedRandom random, float[] target, int offset)
            throws ImageFormatException {
        apply(image.decode(), random, target, offset);
    }

    /** Floats per image. */
    default int length() {
        return Math.multiplyExact(channels(), Math.multiplyExact(size(), size()));
    }
}
