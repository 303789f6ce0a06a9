package io.github.shufflenet4j.training.schedule;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Down to zero as a power of what is left, by iteration: with initial rate p, power k and total t, iteration i has
 * p (1 - i / t)^k, and 0 from iteration t on; a straight line for k = 1.
 *
 * <p>DL4J 1.0.0-M2.1's {@code PolySchedule} has the sign wrong and raises the rate instead.
 *
 * @param initial    learning rate of the first iteration, above 0
 * @param power      above 0; 1 for a straight line
 * @param iterations until the learning rate is 0, at least 1
 */
public record PolynomialSchedule(@JsonProperty("initial") double initial, @JsonProperty("power") double power,
                                 @JsonProperty("iterations") int iterations) implements ISchedule {

    /** @throws IllegalArgumentException for a value outside its range */
    public PolynomialSchedule {
        Checks.positive("initial", initial);
        Checks.positive("power", power);
        Checks.atLeast("iterations", iterations, 1);
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        return iteration >= iterations ? 0 : initial * Math.pow((double) (iterations - iteration) / iterations, power);
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
