package io.github.shufflenet4j.training;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.io.FileMutex;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * Trains a ShuffleNet V2 on labelled images by a recipe, from random or pretrained weights, and writes the run's files:
 * the models named below, metrics, report and checkpoints. A stopped run resumes from its last checkpoint; the same
 * options give the same network, however often the run was stopped. A run locks its folder.
 */
public final class Trainer {

    /** The best model in the output folder: of an epoch, its average, or the validated start. */
    public static final String MODEL_FILE = "model.zip";
    /** The model that the run starts from, if the recipe interpolates. */
    public static final String START_FILE = "start.zip";
    /** The best averaged model, if the recipe averages. */
    public static final String AVERAGED_FILE = "averaged.zip";
    /** The last epoch's model, with the updater's state. */
    public static final String LAST_FILE = "last.zip";
    /** A line for each epoch. */
    public static final String METRICS_FILE = "metrics.csv";
    /** The recipe, with all changes of it. */
    public static final String RECIPE_FILE = "recipe.yaml";
    /** What the report says beside recipe and metrics, for {@code runs compare}. */
    public static final String FACTS_FILE = "run.json";
    /** The report, for a browser. */
    public static final String REPORT_FILE = "report.html";
    /** Folder of event files with the metrics. */
    public static final String TENSORBOARD_FOLDER = "tensorboard";

    private final TrainingBackend backend;
    private final BooleanSupplier stop;
    private final List<TrainingCallback> callbacks;

    /** Trains in this process, to the end of each run. */
    public Trainer(TrainingCallback... callbacks) {
        this(TrainingBackend.local(), () -> false, List.of(callbacks));
    }

    /**
     * @param backend   computes the steps
     * @param stop      asked after each step whether to write a checkpoint and return
     * @param callbacks receive the events of runs, in the order of the list
     */
    public Trainer(TrainingBackend backend, BooleanSupplier stop, List<TrainingCallback> callbacks) {
        this.backend = requireNonNull(backend, "backend");
        this.stop = requireNonNull(stop, "stop");
        this.callbacks = List.copyOf(callbacks);
    }

    /**
     * Checks that {@link #run} could start in a folder, and leaves nothing behind.
     *
     * @throws IOException if {@code output} holds a run already, is in use by one, is a file, or cannot be written
     */
    public static void requireUnused(Path output) throws IOException {
        new RunFiles(output, 0).requireUnused();
    }

    /**
     * Trains from the start.
     *
     * @throws IOException if the data or the weights are unusable, the output folder holds another run or is in use by
     *                     one, the loss is not a finite number any more, or a file cannot be written
     */
    @SuppressWarnings("try") // the lock is held, not used
    public TrainingOutcome run(TrainingOptions options) throws IOException {
        requireUnused(options.output());
        TrainingData data = TrainingData.open(options);
        RunFiles files = new RunFiles(options.output(), options.checkpoints().keep());
        StartingNetwork weights = StartingNetwork.of(options, data.train().classes(),
                RunLength.of(options.recipe(), data.train().size()));
        try (FileMutex lock = files.lock()) {
            files.requireFresh(); // again, now that no other run can start here
            files.prepare();
            data.write(files);
            StartingNetwork start = weights.probed(data.train(), options.recipe(), callbacks);
            return new TrainingLoop(options, stop, backend, callbacks, data, files, start.model(), Optional.empty())
                    .run(start.classifier());
        }
    }

    /**
     * Resumes a run from its newest readable checkpoint, or extends it.
     *
     * @throws DataException if the data set is not that of the run
     * @throws IOException   if there is no checkpoint, the run cannot be extended as asked for, or as {@link #run} does
     */
    @SuppressWarnings("try") // the lock is held, not used
    public TrainingOutcome resume(ResumeOptions resume) throws IOException {
        Path output = resume.output();
        if (!Files.isDirectory(output)) {
            throw new IOException(output + ": holds no run to resume: no such folder");
        }
        RunFiles files = new RunFiles(output, resume.checkpoints().keep());
        if (!files.hasCheckpoints()) {
            throw nothingToResume(output);
        }
        try (FileMutex lock = files.lock()) {
            RunFiles.Found found = files.newestCheckpoint(
                    reason -> callbacks.forEach(callback -> callback.checkpointUnusable(reason)))
                    .orElseThrow(() -> nothingToResume(output));
            TrainingState.Saved saved = TrainingState.Saved.of(found.file(), found.content());
            TrainingState state = saved.state();
            Location folder = resume.data().isPresent() ? resume.data().get() : backend.data(state.data());
            Recipe recipe = resume.applied(saved);
            TrainingOptions options = new TrainingOptions(folder, output, Optional.empty(), recipe,
                    state.seed(), resume.threads(), resume.workers(), resume.checkpoints(),
                    new Exclusion(found.file().toString(), state.excluded()));
            TrainingData data = TrainingData.open(options);
            data.requireThoseOf(state, folder);
            files.prepare();
            data.write(files);
            RunLength length = RunLength.of(recipe, data.train().size());
            TrainedModel model = length.equals(RunLength.of(saved.recipe(), data.train().size()))
                    ? found.content().model() : StartingNetwork.rescheduled(found.content().model(), recipe, length);
            return new TrainingLoop(options, stop, backend, callbacks, data, files, model, Optional.of(saved))
                    .resume(found.file(), saved.recipe());
        }
    }

    private static IOException nothingToResume(Path output) {
        return new IOException(
                output + ": holds no checkpoint to resume from; remove the folder and start the run anew");
    }
}
