package io.github.shufflenet4j.training.schedule;

import java.util.Objects;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.training.recipe.RecipeKeys.Warmup;

/**
 * A warm-up and the schedule after it, by iteration: with w iterations of warm-up, factor f and p the rate at which the
 * schedule after it starts, iteration i &lt; w has p (f + (1 - f) (i + 1) / (w + 1)) if the warm-up is linear, and p f
 * if it is constant; later iterations i have the rate of iteration i - w of the schedule after it.
 *
 * <p>DL4J 1.0.0-M2.1's {@code RampSchedule}, its only warm-up, does not survive JSON.
 *
 * @param shape      of the warm-up
 * @param iterations of warm-up, at least 0
 * @param factor     share of the full rate at which it starts, or stays, in [0, 1]
 * @param after      schedule after it
 */
public record WarmupSchedule(@JsonProperty("shape") Warmup shape, @JsonProperty("iterations") int iterations,
                             @JsonProperty("factor") double factor, @JsonProperty("after") ISchedule after)
        implements ISchedule {

    /** @throws IllegalArgumentException for a value outside its range */
    public WarmupSchedule {
        Checks.within("factor", factor, 0, 1);
        Objects.requireNonNull(shape, "shape");
        Checks.atLeast("iterations", iterations, 0);
        Objects.requireNonNull(after, "after");
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
}
