package io.github.shufflenet4j.training.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** All keys of recipes, described in full in {@code zoo-configs/README.md}. */
public final class RecipeKeys {

    /** One line for users. */
    public static final YamlKey<String> DESCRIPTION = YamlKey.line("description", "");
    /** Width of the network; by default that of the starting weights, or x1.0. */
    public static final YamlKey<ShuffleNetV2Variant> VARIANT = YamlKey.of("variant",
            "one of " + Arrays.stream(ShuffleNetV2Variant.values()).map(ShuffleNetV2Variant::label)
                    .collect(Collectors.joining(", ")), ShuffleNetV2Variant::of, null);

    /** The last part of the network that is frozen; empty, written as {@code none}, to train all of it. */
    public static final YamlKey<Optional<NetworkPart>> FREEZE = YamlKey.of("freeze",
            "none or one of " + NetworkPart.labels(), Unfreezing::part, Optional.empty());
    /** Parts unfrozen in the course of the run, after {@link #FREEZE}. */
    public static final YamlKey<Unfreezing> UNFREEZE = YamlKey.of("unfreeze",
            "pairs of an epoch, from 1 on, and none or one of " + NetworkPart.labels()
                    + ", less and less, such as 3:stage4,5:none", Unfreezing::parse, null);
    /** Whether the classifier starts with random weights even if the starting weights have one for these classes. */
    public static final YamlKey<Boolean> NEW_HEAD = YamlKey.flag("newHead", false);
    /** Whether a new classifier is fitted to the features of the starting weights, and the first network validated. */
    public static final YamlKey<Boolean> PROBE = YamlKey.flag("probe", false);

    /** Length of the run in epochs. */
    public static final YamlKey<Integer> EPOCHS = YamlKey.whole("epochs", 1, 30);
    /** Length of the run in steps, instead of {@link #EPOCHS}. */
    public static final YamlKey<Integer> ITERATIONS = YamlKey.whole("iterations", 1, null);
    /** Steps that a run of {@link #EPOCHS} has at least: on few images it has more epochs, see {@code RunLength}. */
    public static final YamlKey<Integer> MIN_ITERATIONS = YamlKey.whole("minIterations", 0, 0);
    /** Epochs without a better validation after which the run ends; 0 to run to the end. */
    public static final YamlKey<Integer> PATIENCE = YamlKey.whole("patience", 0, 0);
    /** Images in a step. */
    public static final YamlKey<Integer> BATCH_SIZE = YamlKey.whole("batchSize", 2, 32);
    /** Images computed at once, whose gradients add up to those of a batch; by default the whole batch. */
    public static final YamlKey<Integer> MICRO_BATCH_SIZE = YamlKey.whole("microBatchSize", 2, null);

    /** Width and height of training images, in pixels. */
    public static final YamlKey<Integer> IMAGE_SIZE = YamlKey.whole("imageSize", 32, 224);
    /** Width and height of images in evaluation, in pixels; by default {@link #IMAGE_SIZE}. */
    public static final YamlKey<Integer> EVALUATION_CROP = YamlKey.whole("evaluationCrop", 32, null);
    /** Side of that crop, divided by the shorter side of the resized image that it is cut from: timm's crop_pct. */
    public static final YamlKey<Double> EVALUATION_CROP_RATIO =
            YamlKey.positiveShare("evaluationCropRatio", Preprocessing.CROP_RATIO);
    /** Shorter side of the resized image, in pixels, instead of {@link #EVALUATION_CROP_RATIO}. */
    public static final YamlKey<Integer> EVALUATION_RESIZE = YamlKey.whole("evaluationResize", 32, null);

    /** The optimizer. */
    public static final YamlKey<Optimizer> OPTIMIZER = YamlKey.choice("optimizer", Optimizer.class, Optimizer.NESTEROV);
    /** Momentum of the optimizer; {@link Optimizer#ADAMW} has {@link #BETA1}. */
    public static final YamlKey<Double> MOMENTUM = YamlKey.lessThanOne("momentum", 0.9);
    /** AdamW's decay of the mean of gradients. */
    public static final YamlKey<Double> BETA1 = YamlKey.lessThanOne("beta1", 0.9);
    /** AdamW's decay of the mean of squared gradients. */
    public static final YamlKey<Double> BETA2 = YamlKey.lessThanOne("beta2", 0.999);
    /** RMSprop's decay of the mean of squared gradients. */
    public static final YamlKey<Double> ALPHA = YamlKey.lessThanOne("alpha", 0.9);
    /** What AdamW and RMSprop add to the root of that mean; by default the optimizer's. */
    public static final YamlKey<Double> EPSILON =
            YamlKey.number("epsilon", "a number above 0", value -> value > 0, null);
    /** Weight decay of the weights of convolutions and classifier; by default that of the optimizer. */
    public static final YamlKey<Double> WEIGHT_DECAY = YamlKey.notNegative("weightDecay", null);
    /** Weight decay of the scales and shifts of batch norm. */
    public static final YamlKey<Double> NORM_WEIGHT_DECAY = YamlKey.notNegative("normWeightDecay", 0.0);
    /** Weight decay of the classifier's bias. */
    public static final YamlKey<Double> BIAS_WEIGHT_DECAY = YamlKey.notNegative("biasWeightDecay", 0.0);
    /** Largest norm of the gradient over all parameters, to which it is clipped; by default it is not. */
    public static final YamlKey<Double> CLIP_GRADIENT_NORM =
            YamlKey.number("clipGradientNorm", "a number above 0", value -> value > 0, null);
    /** Label smoothing: share of the label that is spread over all classes. */
    public static final YamlKey<Double> LABEL_SMOOTHING = YamlKey.lessThanOne("labelSmoothing", 0.1);

    /** Learning rate after the warm-up. */
    public static final YamlKey<Double> LEARNING_RATE =
            YamlKey.number("learningRate", "a number above 0", value -> value > 0, null);
    /** Learning rate of everything but the classifier, as a share of {@link #LEARNING_RATE}. */
    public static final YamlKey<Double> BODY_LEARNING_RATE =
            YamlKey.number("bodyLearningRate", "a number above 0", value -> value > 0, 1.0);
    /** Ratio of the learning rates of a part of the network and the next. */
    public static final YamlKey<Double> LAYER_DECAY = YamlKey.positiveShare("layerDecay", 1.0);
    /** Batch size for which {@link #LEARNING_RATE} is given, and to which it is proportional. */
    public static final YamlKey<Integer> SCALE_LEARNING_RATE = YamlKey.whole("scaleLearningRate", 1, null);
    /** Decay of the learning rate. */
    public static final YamlKey<Decay> SCHEDULE = YamlKey.choice("schedule", Decay.class, Decay.COSINE);
    /** Power of {@link Decay#POLYNOMIAL}. */
    public static final YamlKey<Double> POWER = YamlKey.number("power", "a number above 0", value -> value > 0, 1.0);
    /** Epochs from one drop of {@link Decay#STEP} to the next. */
    public static final YamlKey<Integer> STEP_EPOCHS = YamlKey.whole("stepEpochs", 1, 30);
    /** Epochs of the run after which {@link Decay#STEP} drops, instead of {@link #STEP_EPOCHS}. */
    public static final YamlKey<List<Integer>> MILESTONES = YamlKey.matching("milestones",
            "rising numbers of epochs, from 1 on, such as 30,60,80", "\\d{1,6}( *, *\\d{1,6})*", RecipeKeys::milestones,
            null);
    /** Factor of each drop of {@link Decay#STEP}. */
    public static final YamlKey<Double> STEP_FACTOR = YamlKey.number("stepFactor", "a number above 0, below 1",
            value -> value > 0 && value < 1, 0.1);
    /** Shape of the warm-up. */
    public static final YamlKey<Warmup> WARMUP = YamlKey.choice("warmup", Warmup.class, Warmup.LINEAR);
    /** Length of the warm-up in epochs. */
    public static final YamlKey<Double> WARMUP_EPOCHS = YamlKey.notNegative("warmupEpochs", null);
    /** Length of the warm-up in steps, instead of {@link #WARMUP_EPOCHS}. */
    public static final YamlKey<Integer> WARMUP_ITERATIONS = YamlKey.whole("warmupIterations", 0, null);
    /** Share of the learning rate at which the warm-up starts, or stays. */
    public static final YamlKey<Double> WARMUP_FACTOR = YamlKey.share("warmupFactor", 0.0);

    /** Smallest area of a random crop, as a share of the image. */
    public static final YamlKey<Double> MIN_CROP_AREA = YamlKey.positiveShare("minCropArea", 0.08);
    /** Probability of a horizontal flip. */
    public static final YamlKey<Double> FLIP = YamlKey.share("flip", 0.5);
    /** Strength of random brightness. */
    public static final YamlKey<Double> BRIGHTNESS = YamlKey.notNegative("brightness", 0.0);
    /** Strength of random contrast. */
    public static final YamlKey<Double> CONTRAST = YamlKey.notNegative("contrast", 0.0);
    /** Strength of random saturation. */
    public static final YamlKey<Double> SATURATION = YamlKey.notNegative("saturation", 0.0);
    /** Strength of random hue, in turns of the colour wheel. */
    public static final YamlKey<Double> HUE =
            YamlKey.number("hue", "a number from 0 to 0.5", value -> value >= 0 && value <= 0.5, 0.0);
    /** Whether each image goes through TrivialAugmentWide. */
    public static final YamlKey<Boolean> TRIVIAL_AUGMENT = YamlKey.flag("trivialAugment", false);
    /** Standard deviation of PCA lighting. */
    public static final YamlKey<Double> LIGHTING = YamlKey.notNegative("lighting", 0.0);
    /** Probability of random erasing. */
    public static final YamlKey<Double> RANDOM_ERASING = YamlKey.share("randomErasing", 0.0);
    /** Parameter of mixup's Beta distribution; 0 for no mixup. */
    public static final YamlKey<Double> MIXUP = mixing("mixup");
    /** Parameter of CutMix's Beta distribution; 0 for no CutMix. */
    public static final YamlKey<Double> CUTMIX = mixing("cutmix");
    /** Repeated augmentation: copies of each image, in an epoch of as many samples as there are images. */
    public static final YamlKey<Integer> REPETITIONS = YamlKey.whole("repetitions", 1, 1);
    /** What is done about classes of different size. */
    public static final YamlKey<Balance> BALANCE = YamlKey.choice("balance", Balance.class, Balance.NONE);
    /** Channels of the network's input: 1, of grey, or 3; by default as for the starting weights, or 3. */
    public static final YamlKey<Integer> CHANNELS =
            YamlKey.matching("channels", "1 or 3", "[13]", Integer::valueOf, null);
    /** Whether images are taken as they are stored, not turned upright; by default as for the starting weights. */
    public static final YamlKey<Boolean> IGNORE_EXIF = YamlKey.flag("ignoreExif", null);
    /** Share of the images for validation in data without {@code val}; by default {@link DataSplit#SHARE}. */
    public static final YamlKey<Double> VAL_SPLIT = YamlKey.number("valSplit", "a number above 0, below 1",
            value -> value > 0 && value < 1, null);
    /** Share of the images that may be unreadable; 0 for none. */
    public static final YamlKey<Double> MAX_DAMAGED = YamlKey.share("maxBroken", 0.01);

    /** Decay of the parameters' moving average, before it is adjusted to the run; by default there is no average. */
    public static final YamlKey<Double> EMA_DECAY = YamlKey.lessThanOne("emaDecay", null);
    /**
     * Shares of the way from the starting network to the trained one at which averaged networks lie (WiSE-FT, Wortsman
     * et al. 2022), of which the best is taken, instead of a moving average.
     */
    public static final YamlKey<List<Double>> INTERPOLATION = YamlKey.matching("interpolation",
            "numbers above 0, below 1, such as 0.5 or 0.25,0.5,0.75", "0?\\.\\d{1,6}( *, *0?\\.\\d{1,6})*",
            RecipeKeys::shares, null);
    /** Steps from one move of the average to the next. */
    public static final YamlKey<Integer> EMA_STEPS = YamlKey.whole("emaSteps", 1, 32);
    /** Batches from which batch-norm statistics are estimated at the end of the run; 0 to keep the running ones. */
    public static final YamlKey<Integer> BATCH_NORM_BATCHES = YamlKey.whole("batchNormBatches", 0, 0);

    /** In the order in which recipes are written. */
    public static final List<YamlKey<?>> ALL = List.of(DESCRIPTION, VARIANT, FREEZE, UNFREEZE, NEW_HEAD, PROBE, EPOCHS,
            ITERATIONS, MIN_ITERATIONS, PATIENCE, BATCH_SIZE, MICRO_BATCH_SIZE, IMAGE_SIZE, EVALUATION_CROP,
            EVALUATION_CROP_RATIO, EVALUATION_RESIZE, OPTIMIZER, MOMENTUM, BETA1, BETA2, ALPHA, EPSILON, WEIGHT_DECAY,
            NORM_WEIGHT_DECAY, BIAS_WEIGHT_DECAY, CLIP_GRADIENT_NORM, LABEL_SMOOTHING, LEARNING_RATE,
            BODY_LEARNING_RATE, LAYER_DECAY, SCALE_LEARNING_RATE, SCHEDULE, POWER, STEP_EPOCHS, MILESTONES, STEP_FACTOR,
            WARMUP, WARMUP_EPOCHS, WARMUP_ITERATIONS, WARMUP_FACTOR, MIN_CROP_AREA, FLIP, BRIGHTNESS, CONTRAST,
            SATURATION, HUE, TRIVIAL_AUGMENT, LIGHTING, RANDOM_ERASING, MIXUP, CUTMIX, REPETITIONS, BALANCE, CHANNELS,
            IGNORE_EXIF, VAL_SPLIT, MAX_DAMAGED, EMA_DECAY, EMA_STEPS, INTERPOLATION, BATCH_NORM_BATCHES);

    /** The optimizer. */
    public enum Optimizer {
        /** SGD with momentum: PyTorch's {@code SGD}. */
        MOMENTUM(0.1, 0.5, 4e-5, null),
        /** SGD with Nesterov momentum: PyTorch's {@code SGD(nesterov=True)}. */
        NESTEROV(0.1, 0.5, 4e-5, null),
        /** Adam with decoupled weight decay: PyTorch's {@code AdamW}. */
        ADAMW(0.001, 0.001, 0.01, 1e-8),
        /** RMSprop with momentum: PyTorch's {@code RMSprop}, with the epsilon of torchvision's training. */
        RMSPROP(0.002, 0.064, 4e-5, 0.0316);

        private final double learningRate;
        private final double maxLearningRate;
        private final double weightDecay;
        private final Double epsilon;

        Optimizer(double learningRate, double maxLearningRate, double weightDecay, Double epsilon) {
            this.learningRate = learningRate;
            this.maxLearningRate = maxLearningRate;
            this.weightDecay = weightDecay;
            this.epsilon = epsilon;
        }

        /** Default learning rate for batches of 32, in proportion for others. */
        public double learningRate() {
            return learningRate;
        }

        /** Maximum of the default learning rate. */
        public double maxLearningRate() {
            return maxLearningRate;
        }

        /** Its defaults of other keys. */
        Map<YamlKey<?>, Object> defaults() {
            return epsilon == null ? Map.of(WEIGHT_DECAY, weightDecay)
                    : Map.of(WEIGHT_DECAY, weightDecay, EPSILON, epsilon);
        }

        /** Whether the mean of steps from several gradients is the step from their mean. */
        boolean isLinear() {
            return this == MOMENTUM || this == NESTEROV;
        }
    }

    /** What is done about classes of different size. */
    public enum Balance {
        /** Nothing: each image once an epoch. */
        NONE,
        /** Each class is shown equally often: images of small classes several times an epoch. */
        SAMPLING,
        /** The loss of an image is weighted inversely to the size of its class, by 1 on average. */
        LOSS
    }

    /** Schedule of the learning rate after the warm-up. */
    public enum Decay {
        /** Half a cosine down to 0. */
        COSINE,
        /** A straight line down to 0. */
        LINEAR,
        /** A power of the share of the run that is left, down to 0. */
        POLYNOMIAL,
        /** Drops by a factor, at regular intervals or milestones. */
        STEP,
        /** No decay. */
        CONSTANT
    }

    /** Shape of the learning rate's warm-up. */
    public enum Warmup {
        /** A straight line up to the full rate. */
        LINEAR,
        /** A constant share of the full rate. */
        CONSTANT
    }

    private RecipeKeys() {
    }

    private static YamlKey<Double> mixing(String name) {
        return YamlKey.number(name, "0, or a number from 1e-6 to 1e6",
                value -> value == 0 || value >= 1e-6 && value <= 1e6, 0.0);
    }

    private static List<Double> shares(String text) {
        List<Double> shares = list(text, Double::valueOf);
        if (shares.contains(0.0)) {
            throw new IllegalArgumentException();
        }
        return shares;
    }

    private static List<Integer> milestones(String text) {
        List<Integer> epochs = list(text, Integer::valueOf);
        if (epochs.get(0) == 0 || !epochs.equals(List.copyOf(new TreeSet<>(epochs)))) {
            throw new IllegalArgumentException();
        }
        return epochs;
    }

    private static <T> List<T> list(String text, Function<String, T> reader) {
        return Arrays.stream(text.split(" *, *")).map(reader).toList();
    }

    /** A value as written in recipes. */
    static String word(Object value) {
        if (value instanceof ShuffleNetV2Variant variant) {
            return variant.label();
        }
        if (value instanceof Optional<?> part) {
            return Unfreezing.word(part);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).collect(Collectors.joining(","));
        }
        return value instanceof Enum<?> constant ? YamlKey.word(constant) : value.toString();
    }
}
