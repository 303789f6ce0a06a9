package io.github.shufflenet4j.training;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.step.StepResult;

/**
 * What computes a run: this process, or others that it sends the network to. The run itself, its counters, averages,
 * metrics and files, is the same everywhere. Called by one thread.
 */
public interface TrainingEngine {

    /** Updates of an epoch, one round of them after the other. */
    interface Updates extends Closeable {

        /**
         * Updates the network some times more, at least once, and advances its iteration count. If this fails, the
         * network is as it was.
         *
         * @return the updates, in order, of which those that lacked images did not happen
         */
        List<StepResult> next() throws IOException;

        /** The images skipped so far. */
        List<BrokenImage> broken();
    }

    /**
     * Begins, or goes on with, an epoch.
     *
     * @param epoch from 0
     * @param step  updates of it that are done
     */
    Updates updates(int epoch, int step) throws IOException;

    /**
     * Runs a network over the validation images.
     *
     * @param network of the same configuration as that which is trained
     * @param pause   called now and then; what it throws ends the evaluation
     * @param broken  receives the images that could not be read
     */
    EvaluationDetail evaluate(ComputationGraph network, Runnable pause, List<BrokenImage> broken) throws IOException;
}
