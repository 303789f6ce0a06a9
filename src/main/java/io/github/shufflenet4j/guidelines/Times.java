package io.github.shufflenet4j.guidelines;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What tasks took, round by round. Tasks are compared within the rounds, as the machine is the same for both there: one
 * is <em>faster</em> than another if it was in at least three of four rounds, and by at least
 * {@value #LEAST_DIFFERENCE_PERCENT} percent in the middle of all rounds. All else is a tie.
 *
 * @param seconds {@code [round][task]}
 */
record Times(double[][] seconds) {

    /** Below that, the order of two tasks changes from one run of the program to the next. */
    static final int LEAST_DIFFERENCE_PERCENT = 5;
    private static final double CLEAR_SHARE = 0.75;

    /** @throws IllegalArgumentException if there is no round */
    Times {
        if (seconds.length == 0) {
            throw new IllegalArgumentException("no rounds");
        }
    }

    int rounds() {
        return seconds.length;
    }

    /** Seconds of a task. */
    Quartiles of(int task) {
        return Quartiles.of(column(task));
    }

    /** Times of a task by those of another in the same round. */
    Quartiles ratio(int task, int to) {
        return Quartiles.of(ratios(task, to));
    }

    /** Whether {@code task} is faster than {@code other}, as said above. */
    boolean faster(int task, int other) {
        double[] ratios = ratios(task, other);
        double won = Arrays.stream(ratios).filter(ratio -> ratio < 1).count() / (double) ratios.length;
        return won >= CLEAR_SHARE && Quartiles.of(ratios).median() <= 1 / (1 + LEAST_DIFFERENCE_PERCENT / 100.0);
    }

    /** One more than the number of tasks among {@code tasks} that are faster: equal ranks are ties. */
    int rank(int task, int... tasks) {
        return 1 + (int) Arrays.stream(tasks).filter(other -> faster(other, task)).count();
    }

    private double[] column(int task) {
        return Arrays.stream(seconds).mapToDouble(round -> round[task]).toArray();
    }

    private double[] ratios(int task, int to) {
        return IntStream.range(0, rounds()).mapToDouble(round -> seconds[round][task] / seconds[round][to]).toArray();
    }
}
