package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;

/**
 * Receives the events of a training run, in the run's thread. An exception ends the run, which can then be resumed from
 * its last checkpoint. By default no event does anything. Epochs and steps count from 1; epoch 0 is a validation of the
 * network that the run starts from.
 */
public interface TrainingCallback {

    /** A checkpoint cannot be used, for the reason given, which names it; an older one is tried. */
    default void checkpointUnusable(String reason) {
    }

    /** Before the first epoch, or the one in which a run is resumed. */
    default void trainingStarted(TrainingPlan plan, ComputationGraph network) throws IOException {
    }

    /** After {@link #trainingStarted}, if the run is resumed from a checkpoint. */
    default void trainingResumed(Path checkpoint, int epoch, int step) throws IOException {
    }

    /** After {@link #trainingResumed}, if the run has more epochs now, with the learning rate of the next step. */
    default void trainingExtended(int before, int epochs, double learningRate) throws IOException {
    }

    /** Before the steps of an epoch, of which {@code done} were taken before the run was resumed. */
    default void epochStarted(int epoch, int steps, int done) throws IOException {
    }

    /** After each step, with its number in the run, the mean cross-entropy of its images and its learning rate. */
    default void stepDone(int step, double loss, double learningRate) throws IOException {
    }

    /** Before a pass over images that is no step, such as a validation. */
    default void passStarted(String task, int images) throws IOException {
    }

    /** In a pass, with the number of images that are done. */
    default void imagesPassed(int images) {
    }

    /** After an epoch or a validation in which images could not be read and were left out. */
    default void imagesSkipped(List<DamagedImage> images) throws IOException {
    }

    /** After the validation of an epoch, of the network and of its moving average, if there is one. */
    default void epochValidated(int epoch, EvaluationDetail validation, Optional<EvaluationDetail> averaged)
            throws IOException {
    }

    /** After an epoch, once its models are written; {@code best} if the network or its average is the best so far. */
    default void epochDone(EpochMetrics metrics, boolean best) throws IOException {
    }

    /** After a checkpoint was written. */
    default void checkpointWritten(Path checkpoint) throws IOException {
    }

    /** At the end of a run, or when it was stopped. */
    default void trainingEnded(TrainingOutcome outcome) throws IOException {
    }
}
