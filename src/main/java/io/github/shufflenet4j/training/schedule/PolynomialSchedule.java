package io.github.shufflenet4j.training.schedule;

import java.util.Objects;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Down to zero as a power of what is left, by iteration: with initial rate p, power k and total t, iteration i has
 * p (1 - i / t)^k, and 0 from iteration t on; a straight line for k = 1.
 *
 * <p>DL4J 1.0.0-M2.1's {@code PolySchedule} has the sign wrong and raises the rate instead.
 */
public final class PolynomialSchedule implements ISchedule {

    private static final long serialVersionUID = 1L;

    private final double initial;
    private final double power;
    private final int iterations;

    /**
     * @param initial    learning rate of the first iteration, above 0
     * @param power      above 0; 1 for a straight line
     * @param iterations until the learning rate is 0, at least 1
     * @throws IllegalArgumentException for a value outside its range
     */
    public PolynomialSchedule(@JsonProperty("initial") double initial, @JsonProperty("power") double power,
                              @JsonProperty("iterations") int iterations) {
        this.initial = Checks.positive("initial", initial);
        this.power = Checks.positive("power", power);
        this.iterations = Checks.atLeast("iterations", iterations, 1);
    }

    /** Learning rate of the first iteration. */
    public double getInitial() {
        return initial;
    }

    /** The power. */
    public double getPower() {
        return power;
    }

    /** Iterations until the learning rate is 0. */
    public int getIterations() {
        return iterations;
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        return iteration >= iterations ? 0 : initial * Math.pow((double) (iterations - iteration) / iterations, power);
    }

    @Override
    public ISchedule clone() {
        return new PolynomialSchedule(initial, power, iterations);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PolynomialSchedule that && initial == that.initial && power == that.power
                && iterations == that.iterations;
    }

    @Override
    public int hashCode() {
        return Objects.hash(initial, power, iterations);
    }

    @Override
    public String toString() {
        return "PolynomialSchedule(initial=" + initial + ", power=" + power + ", iterations=" + iterations + ")";
    }
}
