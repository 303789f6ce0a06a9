package io.github.shufflenet4j.kernel.resize;

import java.util.Objects;

import org.apache.commons.lang3.Validate;

/**
 * A filter on one axis of an image: output {@code i} is the sum of {@code weights[i * taps + t]} times input
 * {@code starts[i] + t}, for {@code t} below {@code taps}.
 *
 * @param inputs  on the axis
 * @param taps    inputs that each output sees, at least 1
 * @param starts  the first input of each output
 * @param weights with {@value Resampler#FRACTION_BITS} fractional bits, not negative; those of an output add up to
 *                one, but for rounding
 */
public record ResamplingFilter(int inputs, int taps, int[] starts, int[] weights) {

    /** @throws IllegalArgumentException if an output sees inputs that do not exist, or weights are missing */
    public ResamplingFilter {
        Objects.requireNonNull(starts, "starts");
        Validate.isTrue(taps >= 1 && weights.length == taps * starts.length,
                "%s weights for %s outputs of %s inputs each", weights.length, starts.length, taps);
        for (int start : starts) {
            Validate.isTrue(start >= 0 && start <= inputs - taps, "%s inputs from %s on, of which there are %s", taps,
                    start, inputs);
        }
    }

    /** Outputs on the axis. */
    public int outputs() {
        return starts.length;
    }
}
