package io.github.shufflenet4j.training;

import io.github.shufflenet4j.check.Checks;

/**
 * When a run writes checkpoints, beside the ends of its epochs, and how many it keeps.
 *
 * @param keep    of the newest, beside that of the best epoch; 0 to write none at all
 * @param minutes from one to the next within an epoch, above 0
 */
public record CheckpointPolicy(int keep, double minutes) {

    /** Checkpoints kept by default. */
    public static final int DEFAULT_KEEP = 3;
    /** Minutes between checkpoints by default. */
    public static final double DEFAULT_MINUTES = 10;

    /** Checks the values. */
    public CheckpointPolicy {
        Checks.atLeast("checkpoints to keep", keep, 0);
        Checks.positive("checkpoint minutes", minutes);
    }

    /** Three, every ten minutes. */
    public static CheckpointPolicy standard() {
        return new CheckpointPolicy(DEFAULT_KEEP, DEFAULT_MINUTES);
    }

    /** No checkpoints: the run cannot be resumed. */
    public static CheckpointPolicy none() {
        return new CheckpointPolicy(0, DEFAULT_MINUTES);
    }
}
