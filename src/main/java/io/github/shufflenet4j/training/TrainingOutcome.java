package io.github.shufflenet4j.training;

import java.util.Optional;

import io.github.shufflenet4j.training.evaluation.EpochMetrics;

/**
 * Result of a run.
 *
 * @param best     the best epoch, if one has ended
 * @param averaged the epoch with the best averaged network, if one has ended and the recipe averages
 * @param finished whether the run is complete; otherwise it was stopped and can be resumed
 * @param early    whether it is complete before its last epoch, because validation did not get better
 * @param epoch    in which it was stopped, from 1; the last one of a finished run
 * @param step     number of steps taken in that epoch
 */
public record TrainingOutcome(Optional<EpochMetrics> best, Optional<EpochMetrics> averaged, boolean finished,
                              boolean early, int epoch, int step) {
}
