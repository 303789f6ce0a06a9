package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.training.recipe.RecipeFile;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.updater.UpdatedGraph;

/**
 * The constant part of a run, sent to the executors once.
 *
 * @param id            unique
 * @param configuration of the network, in JSON
 * @param recipe        in YAML
 * @param preprocessing of the network
 * @param seed          of the run
 * @param train         the training images, serializable
 * @param validation    the validation images, serializable
 * @param workers       that share each step
 */
record Job(String id, String configuration, String recipe, Preprocessing preprocessing, long seed, ImageSource train,
           ImageSource validation, int workers) implements Serializable {

    /** Networks of this executor that no task uses, since creating one takes long. */
    private static final Deque<ComputationGraph> IDLE = new ArrayDeque<>();
    /** Identifies the job that they belong to. */
    private static String owner = "";

    /** The task of the workers, without a limit of unreadable images: the driver counts them. */
    TrainingTask task() throws IOException {
        return new TrainingTask(train, RecipeFile.parse(recipe, id).with(RecipeKeys.MAX_BROKEN, 1.0), preprocessing,
                seed);
    }

    /** A network in any state, for the caller alone until it is released. */
    ComputationGraph acquireNetwork() {
        synchronized (IDLE) {
            if (!owner.equals(id)) {
                IDLE.clear();
                owner = id;
            }
            if (!IDLE.isEmpty()) {
                return IDLE.pop();
            }
        }
        return UpdatedGraph.of(ComputationGraphConfiguration.fromJson(configuration));
    }

    /** Releases a network for other tasks, unless the task failed. */
    void releaseNetwork(ComputationGraph network) {
        synchronized (IDLE) {
            if (owner.equals(id)) {
                IDLE.push(network);
            }
        }
    }
}
