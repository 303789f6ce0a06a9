package io.github.shufflenet4j.training;

import java.util.Optional;

import io.github.shufflenet4j.training.evaluation.EpochMetrics;

/**
 * Result of a run.
 *
 * @param best     the epoch with the best network, averaged or not, if one has ended
 * @param finished whether the run is complete; otherwise it was stopped and can be resumed
 * @param early    whether it is complete before its last epoch, because validation did not get better
 * @param epoch    in which it was stopped, from 1; the last one of a finished run
 * @param step     number of steps taken in that epoch
 */
public record TrainingOutcome(Optional<EpochMetrics> best, boolean finished, boolean early, int epoch, int step) {
}
