package io.github.shufflenet4j.training.schedule;

import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * Length of a run: epochs of steps of micro-batches, all full.
 *
 * @param microBatchSize images in a micro-batch
 * @param microBatches   micro-batches in a step
 * @param stepsPerEpoch  steps in a whole epoch
 * @param totalSteps     steps in the run, whose last epoch may be shorter
 */
public record RunLength(int microBatchSize, int microBatches, int stepsPerEpoch, int totalSteps) {

    /** Epochs up to which a run on few images is lengthened. */
    private static final int MAX_LENGTHENED = 60;

    /**
     * The length that a recipe gives a run on so many images: its iterations, or else its epochs, more of which are
     * added, up to {@value #MAX_LENGTHENED}, until they have its {@link RecipeKeys#MIN_ITERATIONS}.
     */
    public static RunLength of(Recipe recipe, int images) {
        // Batch norm wants full batches; a data set smaller than one is a batch of its own.
        int micro = Math.min(recipe.microBatchSize(), images);
        int microBatches = Math.min(recipe.get(RecipeKeys.BATCH_SIZE) / recipe.microBatchSize(), images / micro);
        int steps = images / micro / microBatches;
        int total = recipe.has(RecipeKeys.ITERATIONS) ? recipe.get(RecipeKeys.ITERATIONS)
                : Math.multiplyExact(steps, epochs(recipe, steps));
        return new RunLength(micro, microBatches, steps, total);
    }

    private static int epochs(Recipe recipe, int steps) {
        int lengthened = Math.min(MAX_LENGTHENED, Rounding.ceilDiv(recipe.get(RecipeKeys.MIN_ITERATIONS), steps));
        return Math.max(recipe.get(RecipeKeys.EPOCHS), lengthened);
    }

    /** Images in a step. */
    public int batchSize() {
        return microBatchSize * microBatches;
    }

    /** Epochs in the run. */
    public int epochs() {
        return Rounding.ceilDiv(totalSteps, stepsPerEpoch);
    }

    /** Steps in an epoch, from 0. */
    public int steps(int epoch) {
        return stepsAfter(epoch) - epoch * stepsPerEpoch;
    }

    /** Steps in the run up to the end of an epoch, from 0. */
    public int stepsAfter(int epoch) {
        return (int) Math.min(totalSteps, (epoch + 1L) * stepsPerEpoch);
    }
}
