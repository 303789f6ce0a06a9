package io.github.shufflenet4j.training.step;

import java.io.Serializable;

/**
 * What an update was made of.
 *
 * @param loss   mean of the images' losses, L2 penalty included
 * @param images so many; 0 where all were broken and there was no update
 */
public record StepResult(double loss, int images) implements Serializable {

    /** No update. */
    public static final StepResult NONE = new StepResult(0, 0);

    /** That of both as one update. */
    public StepResult plus(StepResult other) {
        if (images == 0 || other.images == 0) {
            return images == 0 ? other : this;
        }
        int all = images + other.images;
        return new StepResult((loss * images + other.loss * other.images) / all, all);
    }
}
