package io.github.shufflenet4j.training.step;

import java.util.Objects;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * All that a run's updates depend on, beside the network and its counters.
 *
 * @param images        to train on
 * @param recipe        how
 * @param preprocessing of the network
 * @param seed          of order, augmentation and dropout
 */
public record TrainingTask(ImageSource images, Recipe recipe, Preprocessing preprocessing, long seed) {

    /** Checks that nothing is missing. */
    public TrainingTask {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(preprocessing, "preprocessing");
    }

    /** How long the run is, and in what steps. */
    public RunLength length() {
        return RunLength.of(recipe, images.size());
    }

    /** The augmented micro-batches of an epoch, each image once and nothing mixed. */
    public BatchLoader.Builder batches(int epoch) {
        return BatchLoader.builder(images, transform()).shuffled(seed, epoch).batchSize(length().microBatchSize())
                .dropLast(true).brokenLimit(recipe.get(RecipeKeys.MAX_BROKEN));
    }

    /** The micro-batches of an epoch as the recipe trains on them. */
    BatchLoader.Builder trainingBatches(int epoch) {
        BatchLoader.Builder loader = batches(epoch)
                .repetitions(recipe.get(RecipeKeys.REPETITIONS), length().microBatches());
        Augmentation.mixing(recipe).ifPresent(loader::mixing);
        return loader;
    }

    private TrainTransform transform() {
        return Augmentation.transform(recipe, preprocessing);
    }

    /** A batch as the network's input. */
    public INDArray features(Batch batch) {
        return BatchArrays.features(batch, transform());
    }

    /** A batch as what the network should say. */
    public INDArray targets(Batch batch) {
        return BatchArrays.targets(batch, images.classes().size());
    }

    /** ND4J's own generator, which dropout draws from, runs on from wherever the process began. */
    public void seedDropout(int iteration, int part) {
        Nd4j.getRandom().setSeed(
                AddressedRandom.of(AddressedRandom.Purpose.DROPOUT, seed, iteration, part).nextLong());
    }
}
