package io.github.shufflenet4j.guidelines;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;

/**
 * Times of tasks, round by round. Tasks are compared within rounds, where the machine's condition is the same: one is
 * <em>faster</em> than another if it was so in at least three of four rounds, and by at least
 * {@value #MIN_DIFFERENCE_PERCENT} percent in the median. All else is a tie.
 *
 * @param seconds {@code [round][task]}
 */
record Timings(double[][] seconds) {

    /** Below that, the order of two tasks changes between runs of the program. */
    static final int MIN_DIFFERENCE_PERCENT = 5;
    private static final double MIN_WINS = 0.75;

    /** The three quartiles of some values. */
    record Quartiles(double lower, double median, double upper) {

        /** @throws IllegalArgumentException if there are no values */
        static Quartiles of(double[] values) {
            Validate.isTrue(values.length > 0, "no values");
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

    /** @throws IllegalArgumentException if there is no round */
    Timings {
        Validate.isTrue(seconds.length > 0, "no rounds");
    }

    int rounds() {
        return seconds.length;
    }

    /** A task's seconds. */
    Quartiles of(int task) {
        return Quartiles.of(Arrays.stream(seconds).mapToDouble(round -> round[task]).toArray());
    }

    /** A task's time relative to another's in the same round. */
    Quartiles ratio(int task, int to) {
        return Quartiles.of(ratios(task, to));
    }

    boolean faster(int task, int other) {
        double[] ratios = ratios(task, other);
        double wins = Arrays.stream(ratios).filter(ratio -> ratio < 1).count() / (double) ratios.length;
        return wins >= MIN_WINS && Quartiles.of(ratios).median() <= 1 / (1 + MIN_DIFFERENCE_PERCENT / 100.0);
    }

    /** One more than the number of tasks among {@code tasks} that are faster: equal ranks are ties. */
    int rank(int task, int... tasks) {
        return 1 + (int) Arrays.stream(tasks).filter(other -> faster(other, task)).count();
    }

    private double[] ratios(int task, int to) {
        return IntStream.range(0, rounds()).mapToDouble(round -> seconds[round][task] / seconds[round][to]).toArray();
    }
}
