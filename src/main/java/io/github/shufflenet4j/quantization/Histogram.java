package io.github.shufflenet4j.quantization;

import java.util.List;

import org.apache.commons.lang3.Validate;

/**
 * Counts of an activation's values in bins of equal width, but for zeros: ReLU gives many, and every scale is exact for
 * them. Threads may add at the same time.
 */
final class Histogram {

    private static final int BINS = 4096;

    private final double low;
    private final double high;
    private final long[] counts = new long[BINS];

    /** Of values from {@code low} to {@code high}; others count as the nearest of them. */
    Histogram(double low, double high) {
        Validate.isTrue(low <= high, "low %s is above high %s", low, high);
        this.low = low;
        this.high = high;
    }

    double low() {
        return low;
    }

    double high() {
        return high;
    }

    void add(List<Plane> planes) {
        int[] bins = new int[BINS];
        float from = (float) low;
        float perBin = high > low ? (float) (BINS / (high - low)) : 0;
        for (Plane plane : planes) {
            for (float value : plane.values()) {
                if (value != 0) {
                    bins[Math.max(0, Math.min(BINS - 1, (int) ((value - from) * perBin)))]++;
                }
            }
        }
        synchronized (counts) {
            for (int bin = 0; bin < BINS; bin++) {
                counts[bin] += bins[bin];
            }
        }
    }

    private double centre(int bin) {
        return low + (bin + 0.5) * (high - low) / BINS;
    }

    private long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /** The value below which a share of the values lies, to the width of a bin. */
    double quantile(double share) {
        double wanted = share * total();
        double below = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (below + counts[bin] >= wanted && counts[bin] > 0) {
                return low + (bin + (wanted - below) / counts[bin]) * (high - low) / BINS;
            }
            below += counts[bin];
        }
        return high;
    }

    /**
     * The Kullback-Leibler divergence, in nats, of values clipped to a range and rounded to 256 codes from the clipped
     * ones. Values that become the same code are spread evenly over the bins that hold any of them.
     */
    double divergence(double from, double to) {
        Scale scale = Scale.of(from, to);
        double[] clipped = new double[BINS];
        double[] kept = new double[BINS];
        int first = BINS;
        int last = -1;
        for (int bin = 0; bin < BINS; bin++) {
            double value = centre(bin);
            if (value >= from && value <= to) {
                first = Math.min(first, bin);
                last = Math.max(last, bin);
                clipped[bin] += counts[bin];
                kept[bin] = counts[bin];
            }
        }
        for (int bin = 0; bin < BINS; bin++) {
            if (bin < first || bin > last) {
                clipped[bin < first ? first : last] += counts[bin];
            }
        }
        double[] sums = new double[Scale.MAX_CODE + 1];
        int[] occupied = new int[Scale.MAX_CODE + 1];
        for (int bin = first; bin <= last; bin++) {
            int code = scale.code((float) centre(bin));
            sums[code] += kept[bin];
            occupied[code] += clipped[bin] > 0 ? 1 : 0;
        }
        double all = total();
        double inside = 0;
        for (double sum : sums) {
            inside += sum;
        }
        double divergence = 0;
        for (int bin = first; bin <= last; bin++) {
            if (clipped[bin] > 0) {
                int code = scale.code((float) centre(bin));
                double p = clipped[bin] / all;
                double q = Math.max(sums[code] / occupied[code] / inside, 1e-12);
                divergence += p * Math.log(p / q);
            }
        }
        return divergence;
    }
}
