package io.github.shufflenet4j.data.loader;

import io.github.shufflenet4j.data.AddressedRandom;

/** A step of augmentation on a whole batch. Stateless, and so thread-safe. */
@FunctionalInterface
public interface BatchTransform {

    /**
     * The transformed batch.
     *
     * @param batch  at least one sample; its features may be written to, and may be those of the result
     * @param size   rows and columns of its inputs
     * @param random the batch's own generator
     */
    Batch apply(Batch batch, int size, AddressedRandom random);
}
