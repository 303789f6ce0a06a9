package io.github.shufflenet4j.training.schedule;

import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * How long a run is, and in what steps: an epoch has updates, an update has micro-batches, all full.
 *
 * @param microBatchSize images computed at once
 * @param microBatches   in an update
 * @param stepsPerEpoch  updates in a whole epoch
 * @param totalSteps     updates in the run, whose last epoch may be shorter
 */
public record RunLength(int microBatchSize, int microBatches, int stepsPerEpoch, int totalSteps) {

    /** The length that a recipe gives a run on so many images. */
    public static RunLength of(Recipe recipe, int images) {
        // Batch norm wants full batches; a set smaller than one is a batch of its own.
        int micro = Math.min(recipe.microBatchSize(), images);
        int parts = Math.min(recipe.get(RecipeKeys.BATCH_SIZE) / recipe.microBatchSize(), images / micro);
        int steps = images / micro / parts;
        int total = recipe.has(RecipeKeys.ITERATIONS) ? recipe.get(RecipeKeys.ITERATIONS)
                : Math.multiplyExact(steps, recipe.get(RecipeKeys.EPOCHS));
        return new RunLength(micro, parts, steps, total);
    }

    /** Images of an update. */
    public int batchSize() {
        return microBatchSize * microBatches;
    }

    /** Epochs in the run. */
    public int epochs() {
        return (totalSteps + stepsPerEpoch - 1) / stepsPerEpoch;
    }

    /** Updates in an epoch, counted from 0. */
    public int steps(int epoch) {
        return stepsAfter(epoch) - epoch * stepsPerEpoch;
    }

    /** Updates in the run up to the end of an epoch, counted from 0. */
    public int stepsAfter(int epoch) {
        return (int) Math.min(totalSteps, (epoch + 1L) * stepsPerEpoch);
    }
}
