package io.github.shufflenet4j.training.schedule;

import java.util.Objects;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.training.recipe.Warmup;

/**
 * A warm-up and what comes after it, by iteration: with w iterations of warm-up, factor f and p the rate at which the
 * schedule after it starts, iteration i &lt; w has p (f + (1 - f) (i + 1) / (w + 1)) where the warm-up is linear and
 * p f where it is constant; from then on iteration i has what the schedule after it says of i - w.
 *
 * <p>DL4J 1.0.0-M2.1's {@code RampSchedule}, its only warm-up, does not survive JSON.
 */
public final class WarmupSchedule implements ISchedule {

    private static final long serialVersionUID = 1L;

    private final Warmup shape;
    private final int iterations;
    private final double factor;
    private final ISchedule after;

    /**
     * @param shape      of the warm-up
     * @param iterations of warm-up, at least 0
     * @param factor     share of the full rate at which it starts, or stays, in [0, 1]
     * @param after      what comes after it
     * @throws IllegalArgumentException for a value outside its range
     */
    public WarmupSchedule(@JsonProperty("shape") Warmup shape, @JsonProperty("iterations") int iterations,
                          @JsonProperty("factor") double factor, @JsonProperty("after") ISchedule after) {
        if (!(factor >= 0 && factor <= 1)) {
            throw new IllegalArgumentException("factor must be in [0, 1], got " + factor);
        }
        this.shape = Objects.requireNonNull(shape, "shape");
        this.iterations = Checks.atLeast("iterations", iterations, 0);
        this.factor = factor;
        this.after = Objects.requireNonNull(after, "after");
    }

    /** Shape of the warm-up. */
    public Warmup getShape() {
        return shape;
    }

    /** Iterations of warm-up. */
    public int getIterations() {
        return iterations;
    }

    /** Share of the full rate at which the warm-up starts, or stays. */
    public double getFactor() {
        return factor;
    }

    /** What comes after the warm-up. */
    public ISchedule getAfter() {
        return after;
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        if (iteration >= iterations) {
            return after.valueAt(iteration - iterations, epoch);
        }
        double risen = shape == Warmup.CONSTANT ? 0 : (iteration + 1.0) / (iterations + 1.0);
        return after.valueAt(0, epoch) * (factor + (1 - factor) * risen);
    }

    @Override
    public ISchedule clone() {
        return new WarmupSchedule(shape, iterations, factor, after.clone());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WarmupSchedule that && shape == that.shape && iterations == that.iterations
                && factor == that.factor && after.equals(that.after);
    }

    @Override
    public int hashCode() {
        return Objects.hash(shape, iterations, factor, after);
    }

    @Override
    public String toString() {
        return "WarmupSchedule(shape=" + shape + ", iterations=" + iterations + ", factor=" + factor + ", after="
                + after + ")";
    }
}
