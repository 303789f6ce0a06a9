package io.github.shufflenet4j.spark;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * How to train on Spark.
 *
 * @param master      URL of the cluster, such as {@code local[2]} or {@code spark://host:7077}; empty for what Spark's
 *                    own properties say
 * @param workers     that share each batch, at least 1
 * @param roundLength updates from one averaging to the next, at least 1
 * @param properties  Spark's own
 */
public record SparkSettings(Optional<String> master, int workers, int roundLength, Map<String, String> properties) {

    /** Updates from one averaging to the next by default; the moving averages of recipes go by multiples of it. */
    public static final int DEFAULT_ROUND_LENGTH = 4;

    /** Checks the values. */
    public SparkSettings {
        Objects.requireNonNull(master, "master");
        Checks.atLeast("workers", workers, 1);
        Checks.atLeast("updates between averages", roundLength, 1);
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
        if (recipe.has(RecipeKeys.EMA_DECAY) && recipe.get(RecipeKeys.EMA_STEPS) % roundLength != 0) {
            throw new IllegalArgumentException("emaSteps must be a multiple of the updates of a round, "
                    + roundLength + ", got " + recipe.get(RecipeKeys.EMA_STEPS));
        }
    }
}
