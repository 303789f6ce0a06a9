package io.github.shufflenet4j.distributed;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.recipe.Recipe;
import io.github.shufflenet4j.recipe.RecipeKeys;
import io.github.shufflenet4j.training.Checks;

/**
 * How to train on Spark.
 *
 * @param master     Spark's address of the cluster, such as {@code local[2]} or {@code spark://host:7077};
 *                   empty for what Spark's own properties say
 * @param workers    that share each batch, at least 1
 * @param sharing    what they share
 * @param properties Spark's own
 */
public record SparkSettings(Optional<String> master, int workers, Sharing sharing, Map<String, String> properties) {

    /** Checks the values. */
    public SparkSettings {
        Objects.requireNonNull(master, "master");
        Checks.atLeast(1, workers, "workers");
        Objects.requireNonNull(sharing, "sharing");
        properties = Map.copyOf(properties);
    }

    /**
     * Checks that a recipe can be trained by so: its batches come in as many micro-batches as there are workers, or in
     * a multiple of that.
     *
     * @throws IllegalArgumentException naming what does not fit
     */
    public void requireFit(Recipe recipe) {
        int parts = recipe.get(RecipeKeys.BATCH_SIZE) / recipe.microBatchSize();
        if (parts % workers != 0) {
            throw new IllegalArgumentException(workers + " workers cannot share the " + parts + " micro-batch(es) of a"
                    + " batch, batchSize / microBatchSize, evenly");
        }
        if (recipe.has(RecipeKeys.EMA_DECAY) && recipe.get(RecipeKeys.EMA_STEPS) % sharing.roundLength() != 0) {
            throw new IllegalArgumentException("emaSteps must be a multiple of the updates of a round, "
                    + sharing.roundLength() + ", got " + recipe.get(RecipeKeys.EMA_STEPS));
        }
    }
}
