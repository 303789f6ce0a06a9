package io.github.shufflenet4j.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** All keys of recipes. {@code zoo-configs/README.md} says the same at greater length. */
public final class RecipeKeys {

    /** What the recipe is, for people. */
    public static final RecipeKey<String> DESCRIPTION = RecipeKey.of("description", "a text on one line",
            text -> {
                if (text.isEmpty() || text.lines().count() > 1) {
                    throw new IllegalArgumentException();
                }
                return text;
            }, "");
    /** Width of the network; without it that of the starting weights, or x1.0. */
    public static final RecipeKey<ShuffleNetV2Variant> VARIANT = RecipeKey.of("variant",
            "one of " + Arrays.stream(ShuffleNetV2Variant.values()).map(ShuffleNetV2Variant::label)
                    .collect(Collectors.joining(", ")), ShuffleNetV2Variant::of, null);

    /**
     * The last part of the network that is frozen; empty to train all of it. A recipe writes {@code none} or the name
     * of the part.
     */
    public static final RecipeKey<Optional<NetworkPart>> FREEZE = RecipeKey.of("freeze",
            "none or one of " + NetworkPart.labels(), Unfreezing::part, Optional.empty());
    /** When less is frozen than {@link #FREEZE} says. */
    public static final RecipeKey<Unfreezing> UNFREEZE = RecipeKey.of("unfreeze",
            "pairs of an epoch, from 1 on, and none or one of " + NetworkPart.labels()
                    + ", less and less, such as 3:stage4,5:none", Unfreezing::parse, null);
    /** Whether the classifier starts anew even where the starting weights have one for as many classes. */
    public static final RecipeKey<Boolean> NEW_HEAD = RecipeKey.flag("newHead", false);

    /** Length of the run in passes over the training images. */
    public static final RecipeKey<Integer> EPOCHS = RecipeKey.whole("epochs", 1, 30);
    /** Length of the run in updates, instead of {@link #EPOCHS}. */
    public static final RecipeKey<Integer> ITERATIONS = RecipeKey.whole("iterations", 1, null);
    /** Images of an update. */
    public static final RecipeKey<Integer> BATCH_SIZE = RecipeKey.whole("batchSize", 2, 32);
    /** Images computed at once, whose gradients add up to those of a batch; without it, the whole batch. */
    public static final RecipeKey<Integer> MICRO_BATCH_SIZE = RecipeKey.whole("microBatchSize", 2, null);

    /** Pixels of the square that training shows. */
    public static final RecipeKey<Integer> IMAGE_SIZE = RecipeKey.whole("imageSize", 32, 224);
    /** Pixels of the square that evaluation shows; without it, {@link #IMAGE_SIZE}. */
    public static final RecipeKey<Integer> EVALUATION_CROP = RecipeKey.whole("evaluationCrop", 32, null);
    /** Pixels of the shorter side that it is cropped from; without it, 256/224 of the crop. */
    public static final RecipeKey<Integer> EVALUATION_RESIZE = RecipeKey.whole("evaluationResize", 32, null);

    /** How gradients become steps. */
    public static final RecipeKey<Optimizer> OPTIMIZER = choice("optimizer", Optimizer.class, Optimizer.NESTEROV);
    /** Share of the velocity that a step keeps. */
    public static final RecipeKey<Double> MOMENTUM = RecipeKey.lessThanOne("momentum", 0.9);
    /** L2 penalty on the weights of convolutions and classifier. */
    public static final RecipeKey<Double> WEIGHT_DECAY = RecipeKey.notNegative("weightDecay", 4e-5);
    /** L2 penalty on the scales and shifts of batch norm. */
    public static final RecipeKey<Double> NORM_WEIGHT_DECAY = RecipeKey.notNegative("normWeightDecay", 0.0);
    /** L2 penalty on the classifier's bias. */
    public static final RecipeKey<Double> BIAS_WEIGHT_DECAY = RecipeKey.notNegative("biasWeightDecay", 0.0);
    /** Share of the label that is spread over all classes. */
    public static final RecipeKey<Double> LABEL_SMOOTHING = RecipeKey.lessThanOne("labelSmoothing", 0.1);

    /** Learning rate after the warm-up. */
    public static final RecipeKey<Double> LEARNING_RATE =
            RecipeKey.number("learningRate", "a number above 0", value -> value > 0, null);
    /** Share of it at which everything but the classifier is trained. */
    public static final RecipeKey<Double> BODY_LEARNING_RATE =
            RecipeKey.number("bodyLearningRate", "a number above 0", value -> value > 0, 1.0);
    /** The batch that {@link #LEARNING_RATE} is for: for others it is scaled in proportion. */
    public static final RecipeKey<Integer> SCALE_LEARNING_RATE = RecipeKey.whole("scaleLearningRate", 1, null);
    /** How the learning rate falls. */
    public static final RecipeKey<Decay> SCHEDULE = choice("schedule", Decay.class, Decay.COSINE);
    /** Power of {@link Decay#POLYNOMIAL}. */
    public static final RecipeKey<Double> POWER =
            RecipeKey.number("power", "a number above 0", value -> value > 0, 1.0);
    /** How the learning rate behaves before. */
    public static final RecipeKey<Warmup> WARMUP = choice("warmup", Warmup.class, Warmup.LINEAR);
    /** Length of the warm-up in epochs. */
    public static final RecipeKey<Double> WARMUP_EPOCHS = RecipeKey.notNegative("warmupEpochs", null);
    /** Length of the warm-up in updates, instead of {@link #WARMUP_EPOCHS}. */
    public static final RecipeKey<Integer> WARMUP_ITERATIONS = RecipeKey.whole("warmupIterations", 0, null);
    /** Share of the learning rate at which the warm-up starts, or stays. */
    public static final RecipeKey<Double> WARMUP_FACTOR = RecipeKey.share("warmupFactor", 0.0);

    /** Smallest share of a training image that a random crop shows. */
    public static final RecipeKey<Double> MIN_CROP_AREA =
            RecipeKey.number("minCropArea", "a number above 0, up to 1", value -> value > 0 && value <= 1, 0.08);
    /** How often left and right are swapped. */
    public static final RecipeKey<Double> FLIP = RecipeKey.share("flip", 0.5);
    /** Strength of random brightness. */
    public static final RecipeKey<Double> BRIGHTNESS = RecipeKey.notNegative("brightness", 0.0);
    /** Strength of random contrast. */
    public static final RecipeKey<Double> CONTRAST = RecipeKey.notNegative("contrast", 0.0);
    /** Strength of random saturation. */
    public static final RecipeKey<Double> SATURATION = RecipeKey.notNegative("saturation", 0.0);
    /** Strength of random hue, in turns of the colour wheel. */
    public static final RecipeKey<Double> HUE =
            RecipeKey.number("hue", "a number from 0 to 0.5", value -> value >= 0 && value <= 0.5, 0.0);
    /** Whether each image goes through TrivialAugmentWide. */
    public static final RecipeKey<Boolean> TRIVIAL_AUGMENT = RecipeKey.flag("trivialAugment", false);
    /** Standard deviation of PCA lighting. */
    public static final RecipeKey<Double> LIGHTING = RecipeKey.notNegative("lighting", 0.0);
    /** How often a rectangle is erased. */
    public static final RecipeKey<Double> RANDOM_ERASING = RecipeKey.share("randomErasing", 0.0);
    /** Shape of mixup's Beta distribution; 0 is none. */
    public static final RecipeKey<Double> MIXUP = mixing("mixup");
    /** Shape of CutMix's Beta distribution; 0 is none. */
    public static final RecipeKey<Double> CUTMIX = mixing("cutmix");
    /** Copies of each image in an epoch of as many samples as there are images. */
    public static final RecipeKey<Integer> REPETITIONS = RecipeKey.whole("repetitions", 1, 1);
    /** Share of the images that may be broken; 0 is none. */
    public static final RecipeKey<Double> MAX_BROKEN = RecipeKey.share("maxBroken", 0.01);

    /** Decay of the moving average of the parameters, before it is adjusted to the run; without it, no average. */
    public static final RecipeKey<Double> EMA_DECAY = RecipeKey.lessThanOne("emaDecay", null);
    /** Updates from one step of the average to the next. */
    public static final RecipeKey<Integer> EMA_STEPS = RecipeKey.whole("emaSteps", 1, 32);
    /** Batches from which batch norm's statistics are estimated anew at the end; 0 is none. */
    public static final RecipeKey<Integer> BATCH_NORM_BATCHES = RecipeKey.whole("batchNormBatches", 0, 0);

    /** All keys, in the order in which recipes are written. */
    public static final List<RecipeKey<?>> ALL = List.of(DESCRIPTION, VARIANT, FREEZE, UNFREEZE, NEW_HEAD, EPOCHS,
            ITERATIONS, BATCH_SIZE, MICRO_BATCH_SIZE, IMAGE_SIZE, EVALUATION_CROP, EVALUATION_RESIZE, OPTIMIZER,
            MOMENTUM, WEIGHT_DECAY, NORM_WEIGHT_DECAY, BIAS_WEIGHT_DECAY, LABEL_SMOOTHING, LEARNING_RATE,
            BODY_LEARNING_RATE, SCALE_LEARNING_RATE, SCHEDULE, POWER, WARMUP, WARMUP_EPOCHS, WARMUP_ITERATIONS,
            WARMUP_FACTOR, MIN_CROP_AREA, FLIP, BRIGHTNESS, CONTRAST, SATURATION, HUE, TRIVIAL_AUGMENT, LIGHTING,
            RANDOM_ERASING, MIXUP, CUTMIX, REPETITIONS, MAX_BROKEN, EMA_DECAY, EMA_STEPS, BATCH_NORM_BATCHES);

    private RecipeKeys() {
    }

    private static RecipeKey<Double> mixing(String name) {
        return RecipeKey.number(name, "0, or a number from 1e-6 to 1e6",
                value -> value == 0 || value >= 1e-6 && value <= 1e6, 0.0);
    }

    private static <E extends Enum<E>> RecipeKey<E> choice(String name, Class<E> type, E fallback) {
        String words = Arrays.stream(type.getEnumConstants()).map(RecipeKeys::word).collect(Collectors.joining(", "));
        return RecipeKey.of(name, "one of " + words, text -> Arrays.stream(type.getEnumConstants())
                .filter(value -> word(value).equals(text)).findFirst().orElseThrow(IllegalArgumentException::new),
                fallback);
    }

    /** How a value is written. */
    static String word(Object value) {
        if (value instanceof ShuffleNetV2Variant variant) {
            return variant.label();
        }
        if (value instanceof Optional<?> part) {
            return Unfreezing.word(part);
        }
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
    }

    /**
     * The key of that name.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest one
     */
    static RecipeKey<?> named(String name) {
        return ALL.stream().filter(key -> key.name().equals(name)).findFirst().orElseThrow(() -> {
            RecipeKey<?> nearest = ALL.stream().min((a, b) -> Integer.compare(
                    distance(name, a.name()), distance(name, b.name()))).orElseThrow();
            return new IllegalArgumentException("unknown key '" + name + "'; did you mean '" + nearest.name()
                    + "'? zoo-configs/README.md lists all");
        });
    }

    /** Letters to add, remove or change to make one word of another (Levenshtein), whatever their case. */
    private static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}
