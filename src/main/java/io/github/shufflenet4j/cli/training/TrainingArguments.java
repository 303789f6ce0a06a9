package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.console.StopRequest;
import io.github.shufflenet4j.cli.model.ModelArgument;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.ResumeOptions;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingEnvironment;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.TrainingProgress;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeFile;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/** What every command that trains is told, and what they have in common. */
final class TrainingArguments {

    /** What may be said to a run that goes on, since it makes no other of it. */
    private static final Set<String> FOR_RESUMING =
            Set.of("--resume", "--data", "--checkpoint-minutes", "--keep-checkpoints", "--workers");

    /** Trains until it is done or to stop. */
    @FunctionalInterface
    interface Training {
        TrainingOutcome train(TrainingProgress progress, BooleanSupplier stop) throws IOException;
    }

    /**
     * What computes a run.
     *
     * @param environment where the images are, and what computes
     * @param replicas    of the network in this process
     * @param check       throws an {@link IllegalArgumentException} if it is not for a recipe
     */
    record Place(TrainingEnvironment environment, int replicas, Consumer<Recipe> check) {
    }

    @Option(names = "--data", paramLabel = "DIR", description = "Folder with train and val, or train.tsv and val.tsv.")
    private String data;

    @Option(names = "--output", paramLabel = "OUT",
            description = "Folder for the run's files; made if missing; must not hold another run.")
    private Path output;

    @Option(names = "--resume", paramLabel = "OUT",
            description = "Go on with the run in OUT as it began; --data says where its images are if they moved.")
    private Path resume;

    @Option(names = "--recipe", paramLabel = "R",
            description = "YAML file, or one of megvii, torchvision, mmpretrain, paddleclas, finetune, quick."
                    + " Other options take precedence over it. Default: as the options' defaults say.")
    private String recipe;

    @Option(names = "--weights", paramLabel = "FILE",
            description = "Weights to start from: " + ModelArgument.KINDS + " 'imagenet' alone is of the width that"
                    + " --variant says. Default: random weights.")
    private ModelArgument weights;

    @Option(names = "--variant", paramLabel = "V",
            description = "Width: x0_25, x0_33, x0_5, x1_0, x1_5 or x2_0. Default: that of the weights, else x1_0.")
    private String variant;

    @Option(names = "--freeze", paramLabel = "PART",
            description = "Keep the network's parts up to and including conv1, stage2, stage3, stage4 or conv5 as they"
                    + " are in the weights, batch norm's statistics too; or none. Default: none.")
    private String freeze;

    @Option(names = "--new-head",
            description = "Start with a new classifier even if that of the weights is for the same classes.")
    private boolean newHead;

    @Option(names = "--epochs", paramLabel = "N",
            description = "Passes over the training images. Default: 30.")
    private String epochs;

    @Option(names = "--image-size", paramLabel = "S",
            description = "Pixels of the square that the network sees. Default: 224.")
    private String imageSize;

    @Option(names = "--batch-size", paramLabel = "B", description = "Images in a step. Default: 32.")
    private String batchSize;

    @Option(names = "--micro-batch-size", paramLabel = "B",
            description = "Images computed at once; their gradients add up to a batch's. Default: the whole batch.")
    private String microBatchSize;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "1",
            description = "Workers, each of which computes an N-th of every batch with a network of its own, and which"
                    + " share what came of it: in one process one for each GPU, as on a CPU they take longer than"
                    + " one; on Spark a task each. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(names = "--learning-rate", paramLabel = "R",
            description = "Peak learning rate. Default: 0.1 for batches of 32, in proportion for others, at most 0.5.")
    private String learningRate;

    @Option(names = "--body-learning-rate", paramLabel = "F",
            description = "Share of the learning rate at which all but the classifier is trained. Default: 1.")
    private String bodyLearningRate;

    @Option(names = "--min-crop", paramLabel = "A",
            description = "Smallest share of a training image that a random crop shows. Default: 0.08.")
    private String minCropArea;

    @Option(names = "--label-smoothing", paramLabel = "E",
            description = "Share of the label spread over all classes. Default: 0.1.")
    private String labelSmoothing;

    @Option(names = "--weight-decay", paramLabel = "W",
            description = "L2 penalty on convolutions and classifier. Default: 4e-5.")
    private String weightDecay;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = "Any other key of a recipe, such as mixup=0.2; may be given several times.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--seed", paramLabel = "K",
            description = "Of initial weights, order and augmentation: the same seed gives the same network."
                    + " Default: 1.")
    private Long seed;

    @Option(names = "--checkpoint-minutes", paramLabel = "M", defaultValue = "10",
            description = "Minutes from one checkpoint to the next within an epoch. Default: ${DEFAULT-VALUE}.")
    private double checkpointMinutes;

    @Option(names = "--keep-checkpoints", paramLabel = "N", defaultValue = "3",
            description = "Newest checkpoints to keep, beside the best epoch's; 0 writes none."
                    + " Default: ${DEFAULT-VALUE}.")
    private int keepCheckpoints;

    /** Of the command. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Of the options here. */
    @Spec(Spec.Target.SELF)
    private CommandSpec own;

    /** Trains, shows how it goes, and says where it ended; returns the exit code. */
    int run(Training training) throws Exception {
        check();
        PrintWriter out = spec.commandLine().getOut();
        TrainingOutcome outcome;
        PrintWriter err = spec.commandLine().getErr();
        try (StopRequest stop = new StopRequest(err); ConsoleProgress progress = new ConsoleProgress(out, err)) {
            outcome = training.train(progress, stop);
        }
        Path folder = resume == null ? output : resume;
        if (outcome.best().isPresent()) {
            out.println(best(outcome, folder));
        }
        if (!outcome.finished()) {
            out.printf("stopped in epoch %d after step %d%s%n", outcome.epoch(), outcome.step(),
                    keepCheckpoints == 0 ? "" : "; go on with: " + spec.qualifiedName() + " --resume " + folder);
        }
        out.flush();
        return 0;
    }

    /** Finds wrong usage, and an output that cannot be written, before anything is started. */
    private void check() throws IOException {
        if (resume == null) {
            require("--data", data);
            require("--output", output);
            Trainer.requireUnused(output);
            return;
        }
        List<String> refused = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> own.findOption(name) != null && !FOR_RESUMING.contains(name)).toList();
        if (!refused.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a run is resumed as it began: leave out "
                    + String.join(", ", refused));
        }
    }

    /** The best model files of a run in which an epoch has ended, the better one first. */
    static String best(TrainingOutcome outcome, Path folder) {
        record Best(EvaluationResult result, int epoch, String file) {
        }
        return Stream.concat(
                outcome.best().stream().map(ended ->
                        new Best(ended.validation(), ended.epoch(), Trainer.MODEL_FILE)),
                outcome.averaged().stream().map(ended ->
                        new Best(ended.averaged().orElseThrow(), ended.epoch(), Trainer.AVERAGED_FILE)))
                .sorted((a, b) -> b.result.isBetterThan(a.result) ? 1 : a.result.isBetterThan(b.result) ? -1 : 0)
                .map(best -> String.format("%.2f %% top-1 in epoch %d, in %s", best.result.top1(), best.epoch,
                        folder.resolve(best.file)))
                .collect(Collectors.joining("; ", "best: ", ""));
    }

    /** The run that the options describe. */
    TrainingOutcome train(Trainer trainer, Place place) throws IOException {
        return resume == null ? trainer.run(options(place)) : trainer.resume(resumeOptions(place));
    }

    int workers() {
        return workers;
    }

    /** The recipe's keys that have options of their own, with what those say; null where they are not given. */
    private Map<YamlKey<?>, String> ownOptions() {
        Map<YamlKey<?>, String> options = new LinkedHashMap<>();
        options.put(RecipeKeys.VARIANT, variant);
        options.put(RecipeKeys.FREEZE, freeze);
        options.put(RecipeKeys.NEW_HEAD, newHead ? "true" : null);
        options.put(RecipeKeys.EPOCHS, epochs);
        options.put(RecipeKeys.IMAGE_SIZE, imageSize);
        options.put(RecipeKeys.BATCH_SIZE, batchSize);
        options.put(RecipeKeys.MICRO_BATCH_SIZE, microBatchSize);
        options.put(RecipeKeys.LEARNING_RATE, learningRate);
        options.put(RecipeKeys.BODY_LEARNING_RATE, bodyLearningRate);
        options.put(RecipeKeys.MIN_CROP_AREA, minCropArea);
        options.put(RecipeKeys.LABEL_SMOOTHING, labelSmoothing);
        options.put(RecipeKeys.WEIGHT_DECAY, weightDecay);
        return options;
    }

    private TrainingOptions options(Place place) throws IOException {
        Recipe base = recipe == null ? Recipe.plain() : RecipeFile.read(recipe);
        Location images = place.environment().data(data);
        // Before a download, so that an error costs none.
        TrainingOptions options = options(place, images, base, Optional.empty());
        return weights == null ? options
                : options(place, images, base,
                        Optional.of(weights.file(spec, options.recipe().find(RecipeKeys.VARIANT))));
    }

    private TrainingOptions options(Place place, Location images, Recipe base, Optional<Path> start) {
        return ConsoleCommand.checked(spec, () -> {
            Recipe whole = overridden(base);
            place.check().accept(whole);
            return new TrainingOptions(images, output, start, whole, seed == null ? 1 : seed,
                    Workers.shared().size(), place.replicas(), policy());
        });
    }

    private Recipe overridden(Recipe base) {
        Recipe result = base;
        for (Map.Entry<YamlKey<?>, String> option : ownOptions().entrySet()) {
            if (option.getValue() != null) {
                result = result.with(option.getKey().name(), option.getValue());
            }
        }
        if (imageSize != null) {
            // A size for training alone would leave evaluation at the recipe's.
            result = result.without(RecipeKeys.EVALUATION_CROP).without(RecipeKeys.EVALUATION_RESIZE);
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            result = result.with(setting.getKey(), setting.getValue());
        }
        return shared(result);
    }

    /** A part of each batch for each worker, where nothing else is said of parts. */
    private Recipe shared(Recipe whole) {
        if (workers == 1 || microBatchSize != null || settings.containsKey(RecipeKeys.MICRO_BATCH_SIZE.name())) {
            return whole;
        }
        int batch = whole.get(RecipeKeys.BATCH_SIZE);
        if (workers < 1 || batch % workers != 0) {
            throw new IllegalArgumentException("--workers must divide the batch of " + batch + ", got " + workers);
        }
        return whole.with(RecipeKeys.MICRO_BATCH_SIZE.name(), Integer.toString(batch / workers));
    }

    private ResumeOptions resumeOptions(Place place) throws IOException {
        try {
            Optional<Location> images =
                    data == null ? Optional.empty() : Optional.of(place.environment().data(data));
            return new ResumeOptions(resume, images, Workers.shared().size(), place.replicas(), policy());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private CheckpointPolicy policy() {
        return new CheckpointPolicy(keepCheckpoints, checkpointMinutes);
    }

    private void require(String option, Object value) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "', or --resume");
        }
    }
}
