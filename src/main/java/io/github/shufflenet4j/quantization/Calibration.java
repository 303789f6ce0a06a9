package io.github.shufflenet4j.quantization;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** How the range of an activation is chosen from a histogram of its values. */
public enum Calibration {

    /** All values that were seen. */
    MINMAX,

    /** All but the outermost: {@value #OUTSIDE} of them on each side. */
    PERCENTILE,

    /**
     * The range that loses the least information: the smallest Kullback-Leibler divergence of the clipped and rounded
     * values from the original ones (Migacz 2017, "8-bit inference with TensorRT").
     */
    ENTROPY;

    static final double OUTSIDE = 1e-5;

    /** The name in commands, such as {@code minmax}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scale of a histogram's values. */
    Scale scale(Histogram histogram) {
        return switch (this) {
            case MINMAX -> Scale.of(histogram.low(), histogram.high());
            case PERCENTILE -> Scale.of(histogram.quantile(OUTSIDE), histogram.quantile(1 - OUTSIDE));
            case ENTROPY -> {
                double high = least(histogram.high(), to -> histogram.divergence(histogram.low(), to));
                yield Scale.of(least(histogram.low(), from -> histogram.divergence(from, high)), high);
            }
        };
    }

    /** The hundredths of a limit, of at least a fifth, that give the smallest divergence. */
    private static double least(double limit, DoubleUnaryOperator divergence) {
        double best = limit;
        double least = Double.POSITIVE_INFINITY;
        for (int percent = 20; percent <= 100; percent++) {
            double value = divergence.applyAsDouble(percent * limit / 100);
            if (value < least) {
                least = value;
                best = percent * limit / 100;
            }
        }
        return best;
    }
}
