package io.github.shufflenet4j.spark;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * Settings for training on Spark.
 *
 * @param master      URL of the cluster, such as {@code local[2]} or {@code spark://host:7077}; empty for that of
 *                    Spark's own properties
 * @param workers     that share each batch, at least 1
 * @param roundLength steps from one averaging to the next, at least 1
 * @param properties  of Spark
 */
public record SparkSettings(Optional<String> master, int workers, int roundLength, Map<String, String> properties) {

    /** Divides the moving averages' intervals in the library's recipes. */
    public static final int DEFAULT_ROUND_LENGTH = 4;

    public SparkSettings {
        Objects.requireNonNull(master, "master");
        Checks.atLeast("workers", workers, 1);
        Checks.atLeast("steps between averages", roundLength, 1);
        properties = Map.copyOf(properties);
    }

    /**
     * Checks that the workers can share a recipe's micro-batches evenly, and that its moving average moves at the ends
     * of rounds.
     *
     * @throws IllegalArgumentException naming what does not fit
     */
    public void requireFit(Recipe recipe) {
        recipe.checkWorkers(workers);
        int microBatches = recipe.get(RecipeKeys.BATCH_SIZE) / recipe.microBatchSize();
        Validate.isTrue(microBatches % workers == 0, "%s workers cannot share the %s micro-batch(es) of a step,"
                + " batchSize / microBatchSize, evenly", workers, microBatches);
        Validate.isTrue(!recipe.has(RecipeKeys.EMA_DECAY) || recipe.get(RecipeKeys.EMA_STEPS) % roundLength == 0,
                "emaSteps must be a multiple of the steps of a round, %s, got %s", roundLength,
                recipe.get(RecipeKeys.EMA_STEPS));
    }
}
