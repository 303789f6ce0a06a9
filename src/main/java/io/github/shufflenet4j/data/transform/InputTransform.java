package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;

/** Turns a decoded image of any size into what a network reads: {@code [channels][size][size]} floats. Thread-safe. */
public interface InputTransform {

    /** Planes written. */
    int channels();

    /** Rows and columns written. */
    int size();

    /** Writes {@link #length()} floats into {@code target} from {@code offset} on. */
    void apply(RgbImage image, AddressedRandom random, float[] target, int offset);

    /**
     * As {@link #apply(RgbImage, AddressedRandom, float[], int)}, for an image yet to be decoded: by default all of it.
     *
     * @throws ImageFormatException if it is damaged
     */
    default void apply(EncodedImage image, AddressedRandom random, float[] target, int offset)
            throws ImageFormatException {
        apply(image.decode(), random, target, offset);
    }

    /** Floats per image. */
    default int length() {
        return Math.multiplyExact(channels(), Math.multiplyExact(size(), size()));
    }
}
