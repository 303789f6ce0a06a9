package io.github.shufflenet4j.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * What to train, on what, and how.
 *
 * @param data           folder with {@code train/<class>/*} and {@code val/<class>/*}
 * @param output         folder for the run's files; must not hold another run's
 * @param variant        width; empty for that of the weights, or x1.0 without weights
 * @param weights        model or weight file to start from; empty for random weights
 * @param epochs         passes over the training images, at least 1
 * @param imageSize      pixels of the square that the network sees, at least 32
 * @param batchSize      images in a step, at least 2 (batch norm needs more than one)
 * @param learningRate   peak learning rate, above 0; empty for {@link #defaultLearningRate}
 * @param minCropArea    smallest share of a training image that a random crop shows, in (0, 1]
 * @param labelSmoothing share of the label spread over all classes, in [0, 1)
 * @param weightDecay    L2 penalty on the weights of convolutions and classifier, at least 0
 * @param seed           of initial weights, order and augmentation
 * @param threads        that decode images, at least 1
 */
public record TrainingOptions(Path data, Path output, Optional<ShuffleNetV2Variant> variant, Optional<Path> weights,
                              int epochs, int imageSize, int batchSize, Optional<Double> learningRate,
                              double minCropArea, double labelSmoothing, double weightDecay, long seed, int threads) {

    /** torchvision's smallest random crop. */
    public static final double DEFAULT_MIN_CROP_AREA = 0.08;
    /** Label smoothing of the authors' training. */
    public static final double DEFAULT_LABEL_SMOOTHING = 0.1;
    /** Weight decay of the authors' training. */
    public static final double DEFAULT_WEIGHT_DECAY = 4e-5;

    private static final int REFERENCE_BATCH = 32;
    private static final double REFERENCE_LEARNING_RATE = 0.1;
    private static final double LARGEST_DEFAULT_LEARNING_RATE = 0.5;

    /** Checks every value. */
    public TrainingOptions {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(variant, "variant");
        Objects.requireNonNull(weights, "weights");
        atLeast(1, epochs, "epochs");
        atLeast(32, imageSize, "image size");
        atLeast(2, batchSize, "batch size");
        atLeast(1, threads, "threads");
        if (learningRate.isPresent() && !(learningRate.get() > 0 && Double.isFinite(learningRate.get()))) {
            throw new IllegalArgumentException("learning rate must be above 0, got " + learningRate.get());
        }
        if (!(minCropArea > 0 && minCropArea <= 1)) {
            throw new IllegalArgumentException("smallest crop must be in (0, 1], got " + minCropArea);
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label smoothing must be in [0, 1), got " + labelSmoothing);
        }
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new IllegalArgumentException("weight decay must not be negative, got " + weightDecay);
        }
    }

    private static void atLeast(int minimum, int value, String name) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ", got " + value);
        }
    }

    /** The given learning rate or the default one. */
    public double effectiveLearningRate() {
        return learningRate.orElseGet(() -> defaultLearningRate(batchSize));
    }

    /** 0.1 for batches of 32, in proportion for others, and at most 0.5, the authors' for batches of 1024. */
    public static double defaultLearningRate(int batchSize) {
        return Math.min(REFERENCE_LEARNING_RATE * batchSize / REFERENCE_BATCH, LARGEST_DEFAULT_LEARNING_RATE);
    }
}
