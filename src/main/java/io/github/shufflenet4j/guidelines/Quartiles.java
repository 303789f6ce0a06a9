package io.github.shufflenet4j.guidelines;

import java.util.Arrays;

/** The three quartiles of some values. */
record Quartiles(double lower, double median, double upper) {

    /** @throws IllegalArgumentException if there are no values */
    static Quartiles of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Quartiles(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
    }

    /** With linear interpolation. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** Seconds as milliseconds. */
    Quartiles millis() {
        return new Quartiles(1e3 * lower, 1e3 * median, 1e3 * upper);
    }
}
