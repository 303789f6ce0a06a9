package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.console.StopRequest;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.ResumeOptions;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingCallback;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/** Options of the commands that train, and their common work. */
final class TrainingArguments {

    /** Options for resuming a run; the others would change it. */
    private static final Set<String> FOR_RESUMING = Set.of("--resume", "--data", "--checkpoint-minutes",
            "--keep-checkpoints", "--workers", "--epochs", "--patience");

    @Mixin
    private RecipeArguments arguments;

    @Option(names = "--output", paramLabel = "OUT",
            description = "Folder for the run's files; made if missing; must not hold another run.")
    private Path output;

    @Option(names = "--resume", paramLabel = "OUT",
            description = "Resume the run in OUT with its own options; --data names its images if they have moved,"
                    + " --epochs extends it, --patience changes when it ends early.")
    private Path resume;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "1",
            description = "Workers, each of which computes its share of every batch with a copy of the network: in one"
                    + " process one for each GPU, as several are slower than one on a CPU; on Spark a task each."
                    + " Default: ${DEFAULT-VALUE}.")
    private int workers;

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
            require("--data", arguments.data());
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
        TrainingOutcome outcome;
        try (StopRequest stop = new StopRequest(spec.commandLine().getErr());
                ConsoleProgress progress = new ConsoleProgress(spec)) {
            Trainer trainer =
                    new Trainer(backend, stop, Stream.concat(Stream.of(progress), callbacks.stream()).toList());
            outcome = resume == null ? trainer.run(options(backend, replicas, check))
                    : trainer.resume(resumeOptions(backend, replicas));
        }
        Path folder = resume == null ? output : resume;
        if (outcome.best().isPresent()) {
            out.println(best(outcome.best().get(), folder));
        }
        if (outcome.early()) {
            out.printf("ended early after epoch %d: validation did not get better%n", outcome.epoch());
        }
        if (!outcome.finished()) {
            out.printf("stopped in epoch %d after step %d%s%n", outcome.epoch(), outcome.step(),
                    keepCheckpoints == 0 ? "" : "; resume with: " + spec.qualifiedName() + " --resume " + folder);
        }
        out.flush();
        return 0;
    }

    /** The best model of a run in which a validation has ended. */
    static String best(EpochMetrics best, Path folder) {
        return String.format("best: %.2f %% top-1 %s, in %s", best.better().orElseThrow().top1(),
                best.epoch() == 0 ? "before the first epoch, which no epoch surpassed"
                        : "in epoch " + best.epoch() + (best.isAverageBetter() ? ", averaged" : ""),
                folder.resolve(Trainer.MODEL_FILE));
    }

    int workers() {
        return workers;
    }

    private TrainingOptions options(TrainingBackend backend, int replicas, Consumer<Recipe> check)
            throws IOException {
        CheckpointPolicy policy = ConsoleCommand.checked(spec, this::policy);
        return arguments.of(spec).options(backend, output, replicas, policy, recipe -> {
            Recipe shared = shared(recipe);
            check.accept(shared);
            return shared;
        });
    }

    /** With a micro-batch for each worker, unless a size is given. */
    private Recipe shared(Recipe whole) {
        if (workers == 1 || arguments.hasMicroBatchSize()) {
            return whole;
        }
        int batch = whole.get(RecipeKeys.BATCH_SIZE);
        if (workers < 1 || batch % workers != 0) {
            throw new IllegalArgumentException("--workers must divide the batch of " + batch + ", got " + workers);
        }
        return whole.with(RecipeKeys.MICRO_BATCH_SIZE.name(), Integer.toString(batch / workers));
    }

    private ResumeOptions resumeOptions(TrainingBackend backend, int replicas) throws IOException {
        String data = arguments.data();
        Optional<Location> images = data == null ? Optional.empty() : Optional.of(backend.data(data));
        return ConsoleCommand.checked(spec,
                () -> new ResumeOptions(resume, images, Workers.shared().size(), replicas, policy(),
                        arguments.epochs(), arguments.patience()));
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
