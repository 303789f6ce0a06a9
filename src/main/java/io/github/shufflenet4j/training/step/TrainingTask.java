package io.github.shufflenet4j.training.step;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.BatchTransform;
import io.github.shufflenet4j.data.loader.CutMix;
import io.github.shufflenet4j.data.loader.Mixup;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.ColorJitter;
import io.github.shufflenet4j.data.transform.PcaLighting;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomErasing;
import io.github.shufflenet4j.data.transform.RandomHorizontalFlip;
import io.github.shufflenet4j.data.transform.RandomResizedCrop;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.data.transform.TrivialAugmentWide;
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

    /** torchvision's aspect ratios of random crops. */
    private static final double MIN_RATIO = 3.0 / 4;
    private static final double MAX_RATIO = 4.0 / 3;

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
        return BatchLoader.builder(images, augmentation()).shuffled(seed, epoch)
                .batchSize(length().microBatchSize()).dropLast(true).damagedLimit(recipe.get(RecipeKeys.MAX_DAMAGED));
    }

    /** The micro-batches of an epoch as the recipe trains on them. */
    BatchLoader.Builder trainingBatches(int epoch) {
        BatchLoader.Builder loader = batches(epoch)
                .repetitions(recipe.get(RecipeKeys.REPETITIONS), length().microBatches())
                .balanced(recipe.get(RecipeKeys.BALANCE) == RecipeKeys.Balance.SAMPLING);
        mixing().ifPresent(loader::mixing);
        return loader;
    }

    /** Augmentation of each image, in the order of torchvision's and the authors' training. */
    private TrainTransform augmentation() {
        int size = recipe.get(RecipeKeys.IMAGE_SIZE);
        TrainTransform transform = new TrainTransform(size, List.of(
                new RandomResizedCrop(size, recipe.get(RecipeKeys.MIN_CROP_AREA), 1, MIN_RATIO, MAX_RATIO)),
                preprocessing);
        ColorJitter jitter = new ColorJitter(recipe.get(RecipeKeys.BRIGHTNESS), recipe.get(RecipeKeys.CONTRAST),
                recipe.get(RecipeKeys.SATURATION), recipe.get(RecipeKeys.HUE));
        if (!jitter.equals(new ColorJitter(0, 0, 0, 0))) {
            transform = transform.with(jitter);
        }
        transform = transform.with(new RandomHorizontalFlip(recipe.get(RecipeKeys.FLIP)));
        if (recipe.get(RecipeKeys.TRIVIAL_AUGMENT)) {
            transform = transform.with(new TrivialAugmentWide());
        }
        if (recipe.get(RecipeKeys.LIGHTING) > 0) {
            transform = transform.with(new PcaLighting(recipe.get(RecipeKeys.LIGHTING)));
        }
        if (recipe.get(RecipeKeys.RANDOM_ERASING) > 0) {
            transform = transform.with(new RandomErasing(recipe.get(RecipeKeys.RANDOM_ERASING)));
        }
        return transform;
    }

    /** Mixing of each micro-batch, if any; one of two kinds at random. */
    private Optional<BatchTransform> mixing() {
        List<BatchTransform> kinds = new ArrayList<>();
        if (recipe.get(RecipeKeys.MIXUP) > 0) {
            kinds.add(new Mixup(recipe.get(RecipeKeys.MIXUP)));
        }
        if (recipe.get(RecipeKeys.CUTMIX) > 0) {
            kinds.add(new CutMix(recipe.get(RecipeKeys.CUTMIX)));
        }
        return kinds.isEmpty() ? Optional.empty()
                : Optional.of(kinds.size() == 1 ? kinds.get(0) : BatchTransform.oneOf(kinds));
    }

    /** The network's input, [N, channels, size, size]. */
    public INDArray features(Batch batch) {
        int size = recipe.get(RecipeKeys.IMAGE_SIZE);
        return Nd4j.createFromArray(batch.features())
                .reshape('c', batch.size(), preprocessing.channels(), size, size);
    }

    /** Class probabilities, [N, classes]; one-hot rows where samples are not mixed. */
    public INDArray targets(Batch batch) {
        return targets(batch, unweighted());
    }

    /** Class probabilities to train on, [N, classes], multiplied by the weights of the classes. */
    INDArray targets(Batch batch, float[] weights) {
        return Nd4j.createFromArray(batch.targets(weights)).reshape('c', batch.size(), weights.length);
    }

    /** The weight of each class in the loss: 1, or by the recipe inverse to its number of images. */
    float[] classWeights() {
        float[] weights = unweighted();
        if (recipe.get(RecipeKeys.BALANCE) == RecipeKeys.Balance.LOSS) {
            int[] sizes = new int[weights.length];
            IntStream.range(0, images.size()).forEach(sample -> sizes[images.label(sample)]++);
            long present = Arrays.stream(sizes).filter(size -> size > 0).count();
            for (int label = 0; label < sizes.length; label++) {
                weights[label] = (float) ((double) images.size() / (present * Math.max(1, sizes[label])));
            }
        }
        return weights;
    }

    private float[] unweighted() {
        float[] ones = new float[images.classes().size()];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Seeds ND4J's generator, which dropout draws from, for a micro-batch of a step. */
    public void seedDropout(int iteration, int microBatch) {
        Nd4j.getRandom().setSeed(
                AddressedRandom.of(AddressedRandom.Purpose.DROPOUT, seed, iteration, microBatch).nextLong());
    }
}
