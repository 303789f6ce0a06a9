package io.github.shufflenet4j.training;

import java.util.Optional;

import io.github.shufflenet4j.training.evaluation.EpochMetrics;

/**
 * Where a run stands when it returns.
 *
 * @param best     the best epoch, if one has ended
 * @param averaged the epoch whose averaged network is the best, if one has ended and the recipe averages
 * @param finished whether the run is complete; else it was stopped, and can be resumed
 * @param epoch    from 1, in which it was stopped; the last one of a finished run
 * @param step     updates done in that epoch
 */
public record TrainingOutcome(Optional<EpochMetrics> best, Optional<EpochMetrics> averaged, boolean finished, int epoch,
                              int step) {
}
