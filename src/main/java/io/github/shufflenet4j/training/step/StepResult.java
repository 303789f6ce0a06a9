package io.github.shufflenet4j.training.step;

import java.io.Serializable;

/**
 * Loss of a step.
 *
 * @param loss   mean over the images of the cross-entropy with label smoothing, before the step; no L2 penalty
 * @param images number of images; 0 if all were unreadable and there was no step
 */
public record StepResult(double loss, int images) implements Serializable {

    /** No step. */
    public static final StepResult NONE = new StepResult(0, 0);

    /** Combines two workers' shares of a step. */
    public StepResult plus(StepResult other) {
        if (images == 0 || other.images == 0) {
            return images == 0 ? other : this;
        }
        int all = images + other.images;
        return new StepResult((loss * images + other.loss * other.images) / all, all);
    }
}
