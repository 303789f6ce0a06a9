package io.github.shufflenet4j.kernel;

import java.util.Objects;

/**
 * A filter on one axis of an image: output {@code i} is the sum of {@code weights[i * count + t]} times input
 * {@code starts[i] + t}, for {@code t} below {@code count}.
 *
 * @param inputs  on the axis
 * @param count   inputs that each output sees, at least 1
 * @param starts  the first input of each output
 * @param weights with {@value Resampler#FRACTION_BITS} fractional bits, not negative; those of an output add up to
 *                one, but for rounding
 */
public record Taps(int inputs, int count, int[] starts, int[] weights) {

    /** @throws IllegalArgumentException if an output sees inputs that do not exist, or weights are missing */
    public Taps {
        Objects.requireNonNull(starts, "starts");
        if (count < 1 || weights.length != count * starts.length) {
            throw new IllegalArgumentException(
                    weights.length + " weights for " + starts.length + " outputs of " + count + " inputs each");
        }
        for (int start : starts) {
            if (start < 0 || start > inputs - count) {
                throw new IllegalArgumentException(
                        count + " inputs from " + start + " on, of which there are " + inputs);
            }
        }
    }

    /** Outputs on the axis. */
    public int outputs() {
        return starts.length;
    }
}
