package io.github.shufflenet4j.training.step;

import static java.util.Objects.requireNonNull;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * All that the steps of a run depend on beside the network and its counters.
 *
 * @param images        to train on
 * @param recipe        of the run
 * @param preprocessing of the network
 * @param seed          of order, augmentation and dropout
 */
public record TrainingTask(ImageSource images, Recipe recipe, Preprocessing preprocessing, long seed) {

    public TrainingTask {
        requireNonNull(images, "images");
        requireNonNull(recipe, "recipe");
        requireNonNull(preprocessing, "preprocessing");
    }

    /** Length of the run. */
    public RunLength length() {
        return RunLength.of(recipe, images.size());
    }

    /** The augmented micro-batches of an epoch, each image once and nothing mixed. */
    public BatchLoader.Builder batches(int epoch) {
        return BatchLoader.builder(images, Augmentation.transform(recipe, preprocessing)).shuffled(seed, epoch)
                .batchSize(length().microBatchSize()).dropLast(true).brokenLimit(recipe.get(RecipeKeys.MAX_BROKEN));
    }

    /** The micro-batches of an epoch as the recipe trains on them. */
    BatchLoader.Builder trainingBatches(int epoch) {
        BatchLoader.Builder loader = batches(epoch)
                .repetitions(recipe.get(RecipeKeys.REPETITIONS), length().microBatches());
        Augmentation.mixing(recipe).ifPresent(loader::mixing);
        return loader;
    }

    /** The network's input, [N, channels, size, size]. */
    public INDArray features(Batch batch) {
        int size = recipe.get(RecipeKeys.IMAGE_SIZE);
        return Nd4j.createFromArray(batch.features())
                .reshape('c', batch.size(), preprocessing.channels(), size, size);
    }

    /** Class probabilities to train on, [N, classes]; one-hot rows where samples are not mixed. */
    public INDArray targets(Batch batch) {
        int classes = images.classes().size();
        return Nd4j.createFromArray(batch.targets(classes)).reshape('c', batch.size(), classes);
    }

    /** Seeds ND4J's generator, which dropout draws from, for a micro-batch of a step. */
    public void seedDropout(int iteration, int microBatch) {
        Nd4j.getRandom().setSeed(
                AddressedRandom.of(AddressedRandom.Purpose.DROPOUT, seed, iteration, microBatch).nextLong());
    }
}
