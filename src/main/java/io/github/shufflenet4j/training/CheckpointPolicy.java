package io.github.shufflenet4j.training;

import io.github.shufflenet4j.check.Checks;

/**
 * When a run writes checkpoints within an epoch, beside those at the ends of epochs, and how many it keeps.
 *
 * @param keep    number of newest checkpoints, beside the best epoch's; 0 to write none at all
 * @param minutes between checkpoints, above 0
 */
public record CheckpointPolicy(int keep, double minutes) {

    public CheckpointPolicy {
        Checks.atLeast("checkpoints to keep", keep, 0);
        Checks.positive("checkpoint minutes", minutes);
    }

    /** The default: three checkpoints, every ten minutes. */
    public static CheckpointPolicy standard() {
        return new CheckpointPolicy(3, 10);
    }

    /** No checkpoints: the run cannot be resumed. */
    public static CheckpointPolicy none() {
        return new CheckpointPolicy(0, 10);
    }
}
