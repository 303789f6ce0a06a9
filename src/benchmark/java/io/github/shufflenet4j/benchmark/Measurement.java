package io.github.shufflenet4j.benchmark;

import java.util.Arrays;
import java.util.List;

/**
 * What one contestant did in one cell.
 *
 * @param contestant who
 * @param label      the contestant in the results
 * @param cell       what
 * @param msPerImage median over all steps, in milliseconds an image
 * @param p99Ms      99th percentile of the steps, in milliseconds a step
 * @param fastest    median of the fastest round, in milliseconds an image
 * @param slowest    median of the slowest round
 * @param peakMib    most memory that the process held, in MiB
 */
record Measurement(Contestant contestant, String label, Cell cell, double msPerImage, double p99Ms, double fastest,
                   double slowest, double peakMib) {

    static Measurement of(Contestant contestant, String label, Cell cell, List<double[]> rounds, double peakMib) {
        double[] all = rounds.stream().flatMapToDouble(Arrays::stream).toArray();
        double[] medians = rounds.stream().mapToDouble(round -> quantile(round, 0.5) / cell.batch()).sorted().toArray();
        return new Measurement(contestant, label, cell, quantile(all, 0.5) / cell.batch(), quantile(all, 0.99),
                medians[0], medians[medians.length - 1], peakMib);
    }

    /** The value below which that share of the values lies, between two of them in proportion. */
    static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
