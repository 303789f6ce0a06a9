package io.github.shufflenet4j.guidelines;

import java.util.Arrays;

/**
 * The middle of some values and its surroundings; half of the values lie between the outer two.
 *
 * @param lower  a quarter of the values are below
 * @param median half of the values are below
 * @param upper  a quarter of the values are above
 */
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

    /** Linear between neighbours. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
