package io.github.shufflenet4j.training;

import java.util.List;

import io.github.shufflenet4j.data.BrokenImage;

/** Told how a training run goes on; called by one thread. */
public interface TrainingProgress {

    /** Before the first epoch. */
    void started(TrainingPlan plan);

    /** Before an epoch (from 1) of so many steps. */
    void epochStarted(int epoch, int steps);

    /** After each step, with its loss. */
    void stepDone(double loss);

    /** After each epoch. */
    void epochDone(EpochMetrics metrics, boolean best);

    /** Images that could not be read and were left out of an epoch or of its validation. */
    void imagesSkipped(List<BrokenImage> images);
}
