package io.github.shufflenet4j.training;

import java.util.Objects;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Linear warm-up, then half a cosine down to zero, by iteration: with peak p, warm-up w and total t, iteration i has
 * p (i + 1) / (w + 1) while i &lt; w, and p (1 + cos(pi (i - w) / (t - w))) / 2 from then on; 0 from iteration t.
 *
 * <p>DL4J 1.0.0-M2.1 has no cosine schedule, and its {@code RampSchedule}, the only warm-up, does not survive JSON.
 */
public final class WarmupCosineSchedule implements ISchedule {

    private static final long serialVersionUID = 1L;

    private final double peak;
    private final int warmupIterations;
    private final int totalIterations;

    /**
     * @param peak             learning rate after the warm-up, above 0
     * @param warmupIterations iterations of warm-up, from 0 to {@code totalIterations}
     * @param totalIterations  iterations until the learning rate is 0, at least 1
     * @throws IllegalArgumentException for a value outside its range
     */
    public WarmupCosineSchedule(@JsonProperty("peak") double peak,
                                @JsonProperty("warmupIterations") int warmupIterations,
                                @JsonProperty("totalIterations") int totalIterations) {
        if (!(peak > 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("peak must be a number above 0, got " + peak);
        }
        if (totalIterations < 1) {
            throw new IllegalArgumentException("totalIterations must be at least 1, got " + totalIterations);
        }
        if (warmupIterations < 0 || warmupIterations > totalIterations) {
            throw new IllegalArgumentException("warmupIterations must be from 0 to totalIterations = "
                    + totalIterations + ", got " + warmupIterations);
        }
        this.peak = peak;
        this.warmupIterations = warmupIterations;
        this.totalIterations = totalIterations;
    }

    /** Learning rate after the warm-up. */
    public double getPeak() {
        return peak;
    }

    /** Iterations of warm-up. */
    public int getWarmupIterations() {
        return warmupIterations;
    }

    /** Iterations until the learning rate is 0. */
    public int getTotalIterations() {
        return totalIterations;
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        if (iteration < warmupIterations) {
            return peak * (iteration + 1) / (warmupIterations + 1);
        }
        if (iteration >= totalIterations) {
            return 0;
        }
        double progress = (double) (iteration - warmupIterations) / (totalIterations - warmupIterations);
        return peak * (1 + Math.cos(Math.PI * progress)) / 2;
    }

    @Override
    public ISchedule clone() {
        return new WarmupCosineSchedule(peak, warmupIterations, totalIterations);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WarmupCosineSchedule that && peak == that.peak
                && warmupIterations == that.warmupIterations && totalIterations == that.totalIterations;
    }

    @Override
    public int hashCode() {
        return Objects.hash(peak, warmupIterations, totalIterations);
    }

    @Override
    public String toString() {
        return "WarmupCosineSchedule(peak=" + peak + ", warmupIterations=" + warmupIterations + ", totalIterations="
                + totalIterations + ")";
    }
}
