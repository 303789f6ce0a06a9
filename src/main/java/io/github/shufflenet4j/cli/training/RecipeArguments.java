package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.data.ExcludeOption;
import io.github.shufflenet4j.cli.model.ModelArgument;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/** Options that say what is trained, and how: data, starting weights, recipe and seed. */
final class RecipeArguments {

    /** The recipe that training from given weights follows by default. */
    private static final String FINE_TUNING = "finetune";

    @Option(names = "--data", paramLabel = "DIR",
            description = "Folder of class folders, which is split, or with train and val, or train.tsv and val.tsv.")
    private String data;

    @Option(names = "--val-split", paramLabel = "F",
            description = "Share of each class's images that are for validation, in data without val. Default: 0.2.")
    private String validationSplit;

    @Mixin
    private ExcludeOption exclude;

    @Option(names = "--ignore-exif",
            description = "Take images as they are stored, as torchvision does. Default: as the weights, else turned"
                    + " upright by their EXIF data.")
    private boolean ignoreExif;

    @Option(names = "--recipe", paramLabel = "R",
            description = "YAML file, or one of megvii, torchvision, mmpretrain, paddleclas, finetune, quick."
                    + " Other options take precedence over it. Default: finetune with --weights, else the"
                    + " options' defaults.")
    private String recipe;

    @Option(names = "--weights", paramLabel = "FILE",
            description = "Weights to start from: " + ModelArgument.KINDS + " 'imagenet' alone has the width of"
                    + " --variant. Default: random weights.")
    private ModelArgument weights;

    @Option(names = "--variant", paramLabel = "V",
            description = "Width: x0_25, x0_33, x0_5, x1_0, x1_5 or x2_0. Default: that of the weights, else x1_0.")
    private String variant;

    @Option(names = "--freeze", paramLabel = "PART",
            description = "Freeze the network's parts up to and including conv1, stage2, stage3, stage4 or conv5,"
                    + " batch norm's statistics too; or none. Default: none.")
    private String freeze;

    @Option(names = "--new-head",
            description = "Start with a new classifier even if the weights' one is for the same classes.")
    private boolean newHead;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images. Default: 30.")
    private String epochs;

    @Option(names = "--patience", paramLabel = "N",
            description = "End training after N epochs without a better validation; 0 does not. Default: 0.")
    private String patience;

    @Option(names = "--image-size", paramLabel = "S",
            description = "Width and height of the network's input, in pixels. Default: 224.")
    private String imageSize;

    @Option(names = "--channels", paramLabel = "C",
            description = "1 for a network of grey images, into which those of colour are turned, or 3. Default: as the"
                    + " weights, else 3.")
    private String channels;

    @Option(names = "--batch-size", paramLabel = "B", description = "Images in a step. Default: 32.")
    private String batchSize;

    @Option(names = "--micro-batch-size", paramLabel = "B",
            description = "Images computed at once; their gradients add up to a batch's. Default: the whole batch.")
    private String microBatchSize;

    @Option(names = "--optimizer", paramLabel = "O",
            description = "nesterov or momentum (SGD), adamw or rmsprop. Default: nesterov.")
    private String optimizer;

    @Option(names = "--learning-rate", paramLabel = "R",
            description = "Peak learning rate. Default: for SGD 0.1 for batches of 32, in proportion for others, at"
                    + " most 0.5; for adamw 0.001, for rmsprop 0.002, likewise.")
    private String learningRate;

    @Option(names = "--body-learning-rate", paramLabel = "F",
            description = "Learning rate of all but the classifier, as a share of --learning-rate. Default: 1.")
    private String bodyLearningRate;

    @Option(names = "--min-crop", paramLabel = "A",
            description = "Smallest area of a random crop, as a share of the image. Default: 0.08.")
    private String minCropArea;

    @Option(names = "--balance", paramLabel = "HOW", arity = "0..1", fallbackValue = "sampling",
            description = "Balance classes of different size: by sampling, which shows each class equally often, or in"
                    + " the loss, which weighs images of small classes more; without HOW, sampling. Default: none.")
    private String balance;

    @Option(names = "--label-smoothing", paramLabel = "E",
            description = "Share of the label spread over all classes. Default: 0.1.")
    private String labelSmoothing;

    @Option(names = "--weight-decay", paramLabel = "W",
            description = "Weight decay of convolutions and classifier. Default: 4e-5, for adamw 0.01.")
    private String weightDecay;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = "Any other key of a recipe, such as mixup=0.2; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--seed", paramLabel = "K",
            description = "Seed of initial weights, order, augmentation and the split. Default: 1.")
    private Long seed;

    /** Of the command. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** For options in a mixin of a command, of which picocli does not tell its own mixins. */
    RecipeArguments of(CommandSpec command) {
        spec = command;
        return this;
    }

    /** The data set as given; null if it is not. */
    String data() {
        return data;
    }

    Optional<Integer> epochs() {
        return Optional.ofNullable(epochs).map(RecipeKeys.EPOCHS::parse);
    }

    Optional<Integer> patience() {
        return Optional.ofNullable(patience).map(RecipeKeys.PATIENCE::parse);
    }

    boolean hasMicroBatchSize() {
        return microBatchSize != null || settings.containsKey(RecipeKeys.MICRO_BATCH_SIZE.name());
    }

    /**
     * The options of a run.
     *
     * @param completed completes or checks the recipe; an {@link IllegalArgumentException} is wrong usage
     */
    TrainingOptions options(TrainingBackend backend, Path output, int workers, CheckpointPolicy checkpoints,
                            UnaryOperator<Recipe> completed) throws IOException {
        Recipe base = recipe != null ? Recipe.read(recipe)
                : weights != null ? Recipe.read(FINE_TUNING) : Recipe.plain();
        Location images = backend.data(data);
        Exclusion excluded = exclude.read();
        // First without weights, to find errors before a download.
        TrainingOptions options = ConsoleCommand.checked(spec, () -> new TrainingOptions(images, output,
                Optional.empty(), completed.apply(overridden(base)), seed == null ? 1 : seed, Workers.shared().size(),
                workers, checkpoints, excluded));
        return weights == null ? options : new TrainingOptions(images, output,
                Optional.of(weights.file(spec, options.recipe().find(RecipeKeys.VARIANT))), options.recipe(),
                options.seed(), options.threads(), workers, checkpoints, excluded);
    }

    /** The recipe's keys that have options of their own, with their values; null if they are not given. */
    private Map<YamlKey<?>, String> ownOptions() {
        Map<YamlKey<?>, String> options = new LinkedHashMap<>();
        options.put(RecipeKeys.VAL_SPLIT, validationSplit);
        options.put(RecipeKeys.IGNORE_EXIF, ignoreExif ? "true" : null);
        options.put(RecipeKeys.VARIANT, variant);
        options.put(RecipeKeys.FREEZE, freeze);
        options.put(RecipeKeys.NEW_HEAD, newHead ? "true" : null);
        options.put(RecipeKeys.EPOCHS, epochs);
        options.put(RecipeKeys.PATIENCE, patience);
        options.put(RecipeKeys.IMAGE_SIZE, imageSize);
        options.put(RecipeKeys.CHANNELS, channels);
        options.put(RecipeKeys.BATCH_SIZE, batchSize);
        options.put(RecipeKeys.MICRO_BATCH_SIZE, microBatchSize);
        options.put(RecipeKeys.OPTIMIZER, optimizer);
        options.put(RecipeKeys.LEARNING_RATE, learningRate);
        options.put(RecipeKeys.BODY_LEARNING_RATE, bodyLearningRate);
        options.put(RecipeKeys.MIN_CROP_AREA, minCropArea);
        options.put(RecipeKeys.BALANCE, balance);
        options.put(RecipeKeys.LABEL_SMOOTHING, labelSmoothing);
        options.put(RecipeKeys.WEIGHT_DECAY, weightDecay);
        return options;
    }

    private Recipe overridden(Recipe base) {
        Recipe result = base;
        for (Map.Entry<YamlKey<?>, String> option : ownOptions().entrySet()) {
            if (option.getValue() != null) {
                result = result.with(option.getKey().name(), option.getValue());
            }
        }
        if (imageSize != null) {
            // Otherwise evaluation would keep the recipe's size.
            result = result.without(RecipeKeys.EVALUATION_CROP).without(RecipeKeys.EVALUATION_RESIZE);
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            result = result.with(setting.getKey(), setting.getValue());
        }
        return result;
    }
}
