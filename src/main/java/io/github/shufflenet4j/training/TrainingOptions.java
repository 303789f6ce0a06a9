package io.github.shufflenet4j.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * Options of a run.
 *
 * @param data        data set in any form that {@link io.github.shufflenet4j.data.source.DataSplit} opens
 * @param output      folder for the run's files; must not hold another run's
 * @param weights     model or weight file to start from; empty for random weights
 * @param recipe      complete and consistent
 * @param seed        of initial weights, order, augmentation and a split of the data
 * @param threads     that decode images, at least 1
 * @param workers     replicas of the network that compute the micro-batches of a step at once: 1, or as many as a step
 *                    has micro-batches
 * @param checkpoints when to write and keep them
 * @param excluded    images of the data set that are left out
 */
public record TrainingOptions(Location data, Path output, Optional<Path> weights, Recipe recipe, long seed, int threads,
                              int workers, CheckpointPolicy checkpoints, Exclusion excluded) {

    /** With all images. */
    public TrainingOptions(Location data, Path output, Optional<Path> weights, Recipe recipe, long seed, int threads,
                           int workers, CheckpointPolicy checkpoints) {
        this(data, output, weights, recipe, seed, threads, workers, checkpoints, Exclusion.NONE);
    }

    /** With all images of a data set of this machine. */
    public TrainingOptions(Path data, Path output, Optional<Path> weights, Recipe recipe, long seed, int threads,
                           int workers, CheckpointPolicy checkpoints) {
        this(Location.of(data), output, weights, recipe, seed, threads, workers, checkpoints);
    }

    /** Checks every value, and that the recipe's are consistent. */
    public TrainingOptions {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(weights, "weights");
        recipe.check();
        Checks.atLeast("threads", threads, 1);
        Checks.atLeast("workers", workers, 1);
        recipe.checkWorkers(workers);
        int microBatches = recipe.get(RecipeKeys.BATCH_SIZE) / recipe.microBatchSize();
        if (workers > 1 && workers != microBatches) {
            throw new IllegalArgumentException(workers + " workers cannot share the " + microBatches
                    + " micro-batch(es) of a step: there must be as many, batchSize / microBatchSize");
        }
        Objects.requireNonNull(checkpoints, "checkpoints");
        Objects.requireNonNull(excluded, "excluded");
    }
}
