package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.io.Serializable;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.training.recipe.RecipeFile;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.updater.UpdatedGraph;

/**
 * All of a run that stays the same, as it travels to the executors, once.
 *
 * @param id            tells it from others
 * @param configuration of the network, in JSON
 * @param recipe        in YAML
 * @param preprocessing of the network
 * @param seed          of the run
 * @param train         the training images, serializable
 * @param validation    the validation images, serializable
 * @param workers       that share each update
 */
record Job(String id, String configuration, String recipe, Preprocessing preprocessing, long seed, ImageSource train,
           ImageSource validation, int workers) implements Serializable {

    /** What a worker has to do; broken images are counted by the driver, which sees all of them. */
    TrainingTask task() throws IOException {
        return new TrainingTask(train, RecipeFile.parse(recipe, id).with(RecipeKeys.MAX_BROKEN, 1.0), preprocessing,
                seed);
    }

    /** A network to give a {@link NetworkState} to. */
    ComputationGraph network() {
        return UpdatedGraph.of(ComputationGraphConfiguration.fromJson(configuration));
    }
}
