package io.github.shufflenet4j.training;

import java.nio.file.Path;
import java.util.List;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;

/** Told how a training run goes on; called by one thread. */
public interface TrainingProgress {

    /** A checkpoint cannot be used, for the reason given, which names it; an older one will be. */
    void checkpointUnusable(String reason);

    /** Before the first epoch, or the one in which a run goes on. */
    void started(TrainingPlan plan);

    /** After {@link #started}, if the run goes on from a checkpoint: at so many updates of an epoch (from 1). */
    void resumed(Path checkpoint, int epoch, int step);

    /** Before an epoch (from 1) of so many steps, of which so many were done before the run was resumed. */
    void epochStarted(int epoch, int steps, int done);

    /** After each step, with its loss. */
    void stepDone(double loss);

    /** After each epoch. */
    void epochDone(EpochMetrics metrics, boolean best);

    /** Images that could not be read and were left out of an epoch or of its validation. */
    void imagesSkipped(List<BrokenImage> images);
}
