package io.github.shufflenet4j.data.loader;

import java.util.List;

import io.github.shufflenet4j.data.AddressedRandom;

/**
 * One of several steps for each batch, all equally likely: torchvision's {@code RandomChoice}, by which its training
 * reference chooses between mixup and CutMix.
 *
 * @param choices at least one
 */
public record RandomChoice(List<BatchTransform> choices) implements BatchTransform {

    /** @throws IllegalArgumentException if there is nothing to choose from */
    public RandomChoice {
        choices = List.copyOf(choices);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("a choice among no steps");
        }
    }

    @Override
    public Batch apply(Batch batch, int size, AddressedRandom random) {
        return choices.get(random.nextInt(choices.size())).apply(batch, size, random);
    }
}
