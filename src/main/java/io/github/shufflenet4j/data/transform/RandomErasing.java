package io.github.shufflenet4j.data.transform;

import java.util.Arrays;
import java.util.Objects;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;

/**
 * Blots out a random rectangle of the input: torchvision's {@code RandomErasing} (Zhong et al., "Random erasing data
 * augmentation", 2020). Ten rectangles are tried; if none is smaller than the input on both sides, nothing is erased.
 *
 * @param probability how often, 0 to 1
 * @param minScale    minimum share of the input's area
 * @param maxScale    maximum share
 * @param minRatio    minimum height / width
 * @param maxRatio    maximum height / width; the ratio's logarithm is uniform
 * @param fill        content of the rectangle
 */
public record RandomErasing(double probability, double minScale, double maxScale, double minRatio, double maxRatio,
                            Fill fill) {

    private static final int TRIES = 10;

    /** Content of an erased rectangle. */
    public enum Fill {
        /** Zero: the mean colour, as it is after normalising. */
        ZERO,
        /** A number of its own for each value, normal with mean 0 and standard deviation 1. */
        NOISE
    }

    /** @throws IllegalArgumentException naming the invalid value */
    public RandomErasing {
        Checks.within("probability", probability, 0, 1);
        Checks.positiveRange("scale", minScale, maxScale);
        Checks.within("maxScale", maxScale, 0, 1);
        Checks.positiveRange("ratio", minRatio, maxRatio);
        Objects.requireNonNull(fill, "fill");
    }

    /** With torchvision's defaults: scale 0.02 to 0.33, ratio 0.3 to 3.3, zero. */
    public RandomErasing(double probability) {
        this(probability, 0.02, 0.33, 0.3, 3.3, Fill.ZERO);
    }

    /** Changes the input {@code [channels][size][size]} that starts at {@code offset}, and nothing else. */
    public void apply(float[] target, int offset, int channels, int size, AddressedRandom random) {
        if (!random.chance(probability)) {
            return;
        }
        double area = (double) size * size;
        double lowest = StrictMath.log(minRatio);
        double highest = StrictMath.log(maxRatio);
        for (int i = 0; i < TRIES; i++) {
            double erased = area * random.uniform(minScale, maxScale);
            double ratio = StrictMath.exp(random.uniform(lowest, highest));
            int height = (int) Math.rint(Math.sqrt(erased * ratio));
            int width = (int) Math.rint(Math.sqrt(erased / ratio));
            if (height < size && width < size) {
                int top = random.nextInt(size - height + 1);
                int left = random.nextInt(size - width + 1);
                for (int channel = 0; channel < channels; channel++) {
                    for (int y = top; y < top + height; y++) {
                        int start = offset + (channel * size + y) * size + left;
                        fill(target, start, start + width, random);
                    }
                }
                return;
            }
        }
    }

    private void fill(float[] target, int from, int to, AddressedRandom random) {
        if (fill == Fill.ZERO) {
            Arrays.fill(target, from, to, 0);
            return;
        }
        for (int i = from; i < to; i++) {
            target[i] = (float) random.nextGaussian();
        }
    }
}
