package io.github.shufflenet4j.kernel.resize;

import java.util.Objects;

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
        if (taps < 1 || weights.length != taps * starts.length) {
            throw new IllegalArgumentException(
                    weights.length + " weights for " + starts.length + " outputs of " + taps + " inputs each");
        }
        for (int start : starts) {
            if (start < 0 || start > inputs - taps) {
                throw new IllegalArgumentException(
                        taps + " inputs from " + start + " on, of which there are " + inputs);
            }
        }
    }

    /** Outputs on the axis. */
    public int outputs() {
        return starts.length;
    }
}
