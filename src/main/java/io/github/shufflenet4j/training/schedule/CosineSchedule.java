package io.github.shufflenet4j.training.schedule;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Half a cosine down to zero, by iteration: with initial rate p and total t, iteration i has p (1 + cos(pi i / t)) / 2,
 * and 0 from iteration t on. DL4J 1.0.0-M2.1 has no cosine schedule.
 *
 * @param initial    learning rate of the first iteration, above 0
 * @param iterations until the learning rate is 0, at least 1
 */
public record CosineSchedule(@JsonProperty("initial") double initial, @JsonProperty("iterations") int iterations)
        implements ISchedule {

    /** @throws IllegalArgumentException for a value outside its range */
    public CosineSchedule {
        Checks.positive("initial", initial);
        Checks.atLeast("iterations", iterations, 1);
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        return iteration >= iterations ? 0 : initial * (1 + Math.cos(Math.PI * iteration / iterations)) / 2;
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
