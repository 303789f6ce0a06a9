package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.AddressedRandom;

/** A step of augmentation on an input's normalised numbers. Stateless, and so thread-safe. */
@FunctionalInterface
public interface TensorTransform {

    /** Changes the input {@code [channels][size][size]} that starts at {@code offset}, and nothing else. */
    void apply(float[] target, int offset, int channels, int size, AddressedRandom random);
}
