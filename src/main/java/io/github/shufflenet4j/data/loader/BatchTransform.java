package io.github.shufflenet4j.data.loader;

import java.util.List;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.AddressedRandom;

/** A step of augmentation on a whole batch. Stateless, and so thread-safe. */
@FunctionalInterface
public interface BatchTransform {

    /**
     * Transforms a batch.
     *
     * @param batch  at least one sample; its features may be overwritten, and may be those of the result
     * @param size   rows and columns of its inputs
     * @param random the batch's own generator
     */
    Batch apply(Batch batch, int size, AddressedRandom random);

    /**
     * One of several steps for each batch, all equally likely: torchvision's {@code RandomChoice}, by which its
     * training reference chooses between mixup and CutMix.
     *
     * @throws IllegalArgumentException if there are no choices
     */
    static BatchTransform oneOf(List<BatchTransform> choices) {
        List<BatchTransform> copy = List.copyOf(choices);
        Validate.isTrue(!copy.isEmpty(), "choices must not be empty");
        return (batch, size, random) -> copy.get(random.nextInt(copy.size())).apply(batch, size, random);
    }
}
