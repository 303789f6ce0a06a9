package io.github.shufflenet4j;

import java.nio.file.Path;
import java.util.List;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.training.TrainingPlan;
import io.github.shufflenet4j.training.TrainingProgress;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;

/** Hears nothing; for tests that want to hear something of it. */
public class SilentProgress implements TrainingProgress {

    @Override
    public void checkpointUnusable(String reason) {
    }

    @Override
    public void started(TrainingPlan plan) {
    }

    @Override
    public void resumed(Path checkpoint, int epoch, int step) {
    }

    @Override
    public void epochStarted(int epoch, int steps, int done) {
    }

    @Override
    public void stepDone(double loss) {
    }

    @Override
    public void epochDone(EpochMetrics metrics, boolean best) {
    }

    @Override
    public void imagesSkipped(List<BrokenImage> images) {
    }
}
