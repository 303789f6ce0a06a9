package io.github.shufflenet4j.training;

import java.io.IOException;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.step.TrainingTask;

/** Where runs find their images, and what computes them. */
public interface TrainingEnvironment {

    /** This machine's files, and this process. */
    static TrainingEnvironment local() {
        return new LocalEnvironment();
    }

    /**
     * A data set by the path or URI that a user or a checkpoint gives.
     *
     * @throws IOException if that cannot be one; the message names it
     */
    Location data(String description) throws IOException;

    /**
     * Gets ready to compute a run.
     *
     * @param task       what to train on, and how
     * @param validation what to validate on
     * @param network    updated in place
     * @param options    of the run
     */
    TrainingEngine engine(TrainingTask task, ImageSource validation, ComputationGraph network, TrainingOptions options)
            throws IOException;
}
