package io.github.shufflenet4j.training.schedule;

import java.util.List;

import org.apache.commons.lang3.Validate;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Drops by a factor, by iteration: PyTorch's {@code MultiStepLR}, or {@code StepLR} if the milestones are regular.
 *
 * @param initial    learning rate of the first iteration, above 0
 * @param factor     of each drop, above 0
 * @param milestones iterations that are the first with a lower rate, each at least 1
 */
public record StepSchedule(@JsonProperty("initial") double initial, @JsonProperty("factor") double factor,
                           @JsonProperty("milestones") List<Integer> milestones) implements ISchedule {

    /** @throws IllegalArgumentException for a value outside its range */
    public StepSchedule {
        Checks.positive("initial", initial);
        Checks.positive("factor", factor);
        milestones = List.copyOf(milestones);
        Validate.isTrue(milestones.stream().allMatch(milestone -> milestone >= 1),
                "milestones must be at least 1, got %s", milestones);
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        return initial * Math.pow(factor, milestones.stream().filter(milestone -> milestone <= iteration).count());
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
