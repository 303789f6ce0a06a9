package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.TrainingTask;

/** Computes the steps and evaluations of runs: in this process, or on a cluster that the network is sent to. */
public interface TrainingBackend {

    /** This process, on images in this machine's files. */
    static TrainingBackend local() {
        return LocalSession::new;
    }

    /**
     * A data set by the path or, on clusters, URI that a user or a checkpoint gives.
     *
     * @throws IOException if it cannot be one; the message names it
     */
    default Location data(String description) throws IOException {
        return Location.of(Path.of(description));
    }

    /**
     * Prepares for a run.
     *
     * @param network trained in place
     */
    Session start(TrainingTask task, ImageSource validation, ComputationGraph network, TrainingOptions options)
            throws IOException;

    /** The computations of a run, for one thread. */
    interface Session {

        /**
         * The steps of an epoch.
         *
         * @param epoch from 0
         * @param step  number of steps that are done already
         */
        EpochSteps steps(int epoch, int step) throws IOException;

        /**
         * Evaluates a network on the validation images.
         *
         * @param network of the same configuration as the one being trained
         * @param pause   told now and then how many images are done; an exception from it ends the evaluation
         * @param damaged receives the images that could not be read
         */
        EvaluationDetail evaluate(ComputationGraph network, IntConsumer pause, List<DamagedImage> damaged)
                throws IOException;
    }
}
