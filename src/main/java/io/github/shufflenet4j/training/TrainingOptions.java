package io.github.shufflenet4j.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * What to train, on what, and how.
 *
 * @param data        folder with {@code train} and {@code val}, in any form that {@code ImageSources} knows
 * @param output      folder for the run's files; must not hold another run's
 * @param weights     model or weight file to start from; empty for random weights
 * @param recipe      how
 * @param seed        of initial weights, order and augmentation
 * @param threads     that decode images, at least 1
 * @param workers     replicas of the network that compute the micro-batches of a batch at once; 1, or as many as there
 *                    are of those
 * @param checkpoints when to write them
 */
public record TrainingOptions(Location data, Path output, Optional<Path> weights, Recipe recipe, long seed, int threads,
                              int workers, CheckpointPolicy checkpoints) {

    /** Takes a data set of this machine. */
    public TrainingOptions(Path data, Path output, Optional<Path> weights, Recipe recipe, long seed, int threads,
                           int workers, CheckpointPolicy checkpoints) {
        this(Location.of(data), output, weights, recipe, seed, threads, workers, checkpoints);
    }

    /** Checks every value, and that those of the recipe fit together. */
    public TrainingOptions {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(weights, "weights");
        recipe.check();
        Checks.atLeast("threads", threads, 1);
        Checks.atLeast("workers", workers, 1);
        int microBatches = recipe.get(RecipeKeys.BATCH_SIZE) / recipe.microBatchSize();
        if (workers > 1 && workers != microBatches) {
            throw new IllegalArgumentException(workers + " workers cannot share the " + microBatches
                    + " micro-batch(es) of a batch: it takes as many of these, batchSize / microBatchSize");
        }
        Objects.requireNonNull(checkpoints, "checkpoints");
    }
}
