package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingCallback;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/** Options of the commands that train, and their common work. */
final class TrainingArguments {

    /** Options for resuming a run; the others would change it. */
    private static final Set<String> FOR_RESUMING =
            Set.of("--resume", "--data", "--checkpoint-minutes", "--keep-checkpoints", "--workers");

    @Option(names = "--data", paramLabel = "DIR", description = "Folder with train and val, or train.tsv and val.tsv.")
    private String data;

    @Option(names = "--output", paramLabel = "OUT",
            description = "Folder for the run's files; made if missing; must not hold another run.")
    private Path output;

    @Option(names = "--resume", paramLabel = "OUT",
            description = "Resume the run in OUT with its own options; --data names its images if they have moved.")
    private Path resume;

    @Option(names = "--recipe", paramLabel = "R",
            description = "YAML file, or one of megvii, torchvision, mmpretrain, paddleclas, finetune, quick."
                    + " Other options take precedence over it. Default: the defaults of the options.")
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

    @Option(names = "--image-size", paramLabel = "S",
            description = "Width and height of the network's input, in pixels. Default: 224.")
    private String imageSize;

    @Option(names = "--batch-size", paramLabel = "B", description = "Images in a step. Default: 32.")
    private String batchSize;

    @Option(names = "--micro-batch-size", paramLabel = "B",
            description = "Images computed at once; their gradients add up to a batch's. Default: the whole batch.")
    private String microBatchSize;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "1",
            description = "Workers, each of which computes its share of every batch with a copy of the network: in one"
                    + " process one for each GPU, as several are slower than one on a CPU; on Spark a task each."
                    + " Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(names = "--learning-rate", paramLabel = "R",
            description = "Peak learning rate. Default: 0.1 for batches of 32, in proportion for others, at most 0.5.")
    private String learningRate;

    @Option(names = "--body-learning-rate", paramLabel = "F",
            description = "Learning rate of all but the classifier, as a share of --learning-rate. Default: 1.")
    private String bodyLearningRate;

    @Option(names = "--min-crop", paramLabel = "A",
            description = "Smallest area of a random crop, as a share of the image. Default: 0.08.")
    private String minCropArea;

    @Option(names = "--label-smoothing", paramLabel = "E",
            description = "Share of the label spread over all classes. Default: 0.1.")
    private String labelSmoothing;

    @Option(names = "--weight-decay", paramLabel = "W",
            description = "L2 penalty on convolutions and classifier. Default: 4e-5.")
    private String weightDecay;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = "Any other key of a recipe, such as mixup=0.2; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--seed", paramLabel = "K",
            description = "Seed of initial weights, order and augmentation. Default: 1.")
    private Long seed;

    @Option(names = "--checkpoint-minutes", paramLabel = "M", defaultValue = "10",
            description = "Minutes between checkpoints within an epoch. Default: ${DEFAULT-VALUE}.")
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

    /** Finds wrong usage, and an output that cannot be written, before anything is started. */
    void check() throws IOException {
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
            throw new ParameterException(spec.commandLine(), "a run is resumed with its own options: leave out "
                    + String.join(", ", refused));
        }
    }

    /**
     * Trains, shows progress and result, and returns the exit code.
     *
     * @param replicas  of the network in this process
     * @param check     throws an {@link IllegalArgumentException} if the backend cannot train a recipe
     * @param callbacks beside the progress on the console
     */
    int train(TrainingBackend backend, int replicas, Consumer<Recipe> check, List<TrainingCallback> callbacks)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        TrainingOutcome outcome;
        try (StopRequest stop = new StopRequest(err); ConsoleProgress progress = new ConsoleProgress(out, err)) {
            Trainer trainer =
                    new Trainer(backend, stop, Stream.concat(Stream.of(progress), callbacks.stream()).toList());
            outcome = resume == null ? trainer.run(options(backend, replicas, check))
                    : trainer.resume(resumeOptions(backend, replicas));
        }
        Path folder = resume == null ? output : resume;
        if (outcome.best().isPresent()) {
            out.println(best(outcome, folder));
        }
        if (!outcome.finished()) {
            out.printf("stopped in epoch %d after step %d%s%n", outcome.epoch(), outcome.step(),
                    keepCheckpoints == 0 ? "" : "; resume with: " + spec.qualifiedName() + " --resume " + folder);
        }
        out.flush();
        return 0;
    }

    /** The best model files of a run in which an epoch has ended, the better one first. */
    static String best(TrainingOutcome outcome, Path folder) {
        record Best(EvaluationResult result, int epoch, String file) {
        }
        return Stream.concat(
                outcome.best().stream().map(ended -> new Best(ended.validation(), ended.epoch(), Trainer.MODEL_FILE)),
                outcome.averaged().stream().map(ended ->
                        new Best(ended.averaged().orElseThrow(), ended.epoch(), Trainer.AVERAGED_FILE)))
                .sorted((a, b) -> b.result.isBetterThan(a.result) ? 1 : a.result.isBetterThan(b.result) ? -1 : 0)
                .map(best -> String.format("%.2f %% top-1 in epoch %d, in %s", best.result.top1(), best.epoch,
                        folder.resolve(best.file)))
                .collect(Collectors.joining("; ", "best: ", ""));
    }

    int workers() {
        return workers;
    }

    /** The recipe's keys that have options of their own, with their values; null if they are not given. */
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

    private TrainingOptions options(TrainingBackend backend, int replicas, Consumer<Recipe> check)
            throws IOException {
        Recipe base = recipe == null ? Recipe.plain() : Recipe.read(recipe);
        Location images = backend.data(data);
        // First without weights, to find errors before a download.
        TrainingOptions options = ConsoleCommand.checked(spec, () -> {
            Recipe whole = overridden(base);
            check.accept(whole);
            return new TrainingOptions(images, output, Optional.empty(), whole, seed == null ? 1 : seed,
                    Workers.shared().size(), replicas, policy());
        });
        return weights == null ? options : new TrainingOptions(images, output,
                Optional.of(weights.file(spec, options.recipe().find(RecipeKeys.VARIANT))), options.recipe(),
                options.seed(), options.threads(), replicas, options.checkpoints());
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
        return shared(result);
    }

    /** With a micro-batch for each worker, unless a size is given. */
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

    private ResumeOptions resumeOptions(TrainingBackend backend, int replicas) throws IOException {
        Optional<Location> images = data == null ? Optional.empty() : Optional.of(backend.data(data));
        return ConsoleCommand.checked(spec,
                () -> new ResumeOptions(resume, images, Workers.shared().size(), replicas, policy()));
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
