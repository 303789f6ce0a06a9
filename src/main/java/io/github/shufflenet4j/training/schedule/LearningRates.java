package io.github.shufflenet4j.training.schedule;

import java.util.List;
import java.util.stream.IntStream;

import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/** The learning rates that recipes ask for. */
public final class LearningRates {

    private static final int REFERENCE_BATCH = 32;
    /** By default the warm-up takes an epoch, and at most this fraction of the run. */
    private static final int MAX_WARMUP_FRACTION = 20;

    private LearningRates() {
    }

    /**
     * The learning rate after the warm-up: the recipe's, in proportion to the batch size if it says so; by default
     * the optimizer's for batches of 32, in proportion for others, up to its maximum. That of SGD is the authors' for
     * batches of 1024.
     */
    public static double peak(Recipe recipe, int batchSize) {
        if (!recipe.has(RecipeKeys.LEARNING_RATE)) {
            RecipeKeys.Optimizer optimizer = recipe.get(RecipeKeys.OPTIMIZER);
            return Math.min(optimizer.learningRate() * batchSize / REFERENCE_BATCH, optimizer.maxLearningRate());
        }
        double given = recipe.get(RecipeKeys.LEARNING_RATE);
        return recipe.find(RecipeKeys.SCALE_LEARNING_RATE).map(reference -> given * batchSize / reference)
                .orElse(given);
    }

    /** Number of steps of warm-up. */
    public static int warmupSteps(Recipe recipe, RunLength length) {
        if (recipe.has(RecipeKeys.WARMUP_ITERATIONS)) {
            return recipe.get(RecipeKeys.WARMUP_ITERATIONS);
        }
        return recipe.find(RecipeKeys.WARMUP_EPOCHS)
                .map(epochs -> (int) Math.min(Integer.MAX_VALUE, Math.round(epochs * length.stepsPerEpoch())))
                .orElse(Math.min(length.stepsPerEpoch(), length.totalSteps() / MAX_WARMUP_FRACTION));
    }

    /**
     * The schedule of the classifier's learning rate.
     *
     * @throws IllegalArgumentException if the run ends before its warm-up does; the message names both
     */
    public static ISchedule schedule(Recipe recipe, RunLength length) {
        return schedule(recipe, length, 1);
    }

    /** The same of a part of the body, with the recipe's factors. */
    public static ISchedule schedule(Recipe recipe, RunLength length, NetworkPart part) {
        int belowClassifier = NetworkPart.values().length - part.ordinal();
        return schedule(recipe, length, recipe.get(RecipeKeys.BODY_LEARNING_RATE)
                * Math.pow(recipe.get(RecipeKeys.LAYER_DECAY), belowClassifier));
    }

    private static ISchedule schedule(Recipe recipe, RunLength length, double share) {
        double peak = share * peak(recipe, length.batchSize());
        int warmup = warmupSteps(recipe, length);
        int left = length.totalSteps() - warmup;
        if (left < 1) {
            throw new IllegalArgumentException("the run of " + length.totalSteps() + " steps ends within its warm-up"
                    + " of " + warmup + "; make it longer, or lower warmupEpochs or warmupIterations");
        }
        ISchedule decay = switch (recipe.get(RecipeKeys.SCHEDULE)) {
            case COSINE -> new CosineSchedule(peak, left);
            case LINEAR -> new PolynomialSchedule(peak, 1, left);
            case POLYNOMIAL -> new PolynomialSchedule(peak, recipe.get(RecipeKeys.POWER), left);
            case STEP -> new StepSchedule(peak, recipe.get(RecipeKeys.STEP_FACTOR), milestones(recipe, length, warmup));
            case CONSTANT -> new FixedSchedule(peak);
        };
        return warmup == 0 ? decay : new WarmupSchedule(recipe.get(RecipeKeys.WARMUP), warmup,
                recipe.get(RecipeKeys.WARMUP_FACTOR), decay);
    }

    /** In steps behind the warm-up. */
    private static List<Integer> milestones(Recipe recipe, RunLength length, int warmup) {
        int interval = recipe.get(RecipeKeys.STEP_EPOCHS);
        List<Integer> epochs = recipe.find(RecipeKeys.MILESTONES).orElseGet(() ->
                IntStream.rangeClosed(1, length.epochs() / interval).map(i -> i * interval).boxed().toList());
        if (!epochs.isEmpty() && length.stepsAfter(epochs.get(0) - 1) <= warmup) {
            throw new IllegalArgumentException("the learning rate drops after epoch " + epochs.get(0)
                    + ", within the warm-up of " + warmup + " steps; raise stepEpochs or milestones, or lower"
                    + " warmupEpochs or warmupIterations");
        }
        return epochs.stream().filter(epoch -> epoch < length.epochs())
                .map(epoch -> length.stepsAfter(epoch - 1) - warmup).toList();
    }
}
