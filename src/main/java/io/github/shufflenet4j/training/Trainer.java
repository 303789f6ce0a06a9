package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.deeplearning4j.optimize.api.TrainingListener;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.io.FileMutex;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * Trains a ShuffleNet V2 on labelled images by a recipe, from random or from trained weights, and writes the run's
 * files: {@code metrics.csv}, {@code model.zip} (the best epoch's), {@code last.zip} (with the updater's state),
 * {@code averaged.zip} where the recipe averages, {@code recipe.yaml}, {@code report.html}, event files for
 * TensorBoard, and checkpoints, from which a run that was stopped goes on as if nothing had been. The same options
 * give the same network, however often it was stopped. A run holds its folder as long as it lasts: no other one writes
 * there.
 */
public final class Trainer {

    /** The best epoch's model in the output folder. */
    public static final String MODEL_FILE = "model.zip";
    /** The averaged model of the epoch in which that was best. */
    public static final String AVERAGED_FILE = "averaged.zip";
    /** The last epoch's model in the output folder. */
    public static final String LAST_FILE = "last.zip";
    /** A line for each epoch in the output folder. */
    public static final String METRICS_FILE = "metrics.csv";
    /** The recipe with all that was changed of it. */
    public static final String RECIPE_FILE = "recipe.yaml";

    /** All that is known of the run, as a page for a browser. */
    public static final String REPORT_FILE = "report.html";
    /** Event files with the metrics. */
    public static final String TENSORBOARD_FOLDER = "tensorboard";

    private final TrainingProgress progress;
    private final BooleanSupplier stop;
    private final List<TrainingListener> listeners;
    private final TrainingEnvironment environment;

    /** @param progress told how it goes */
    public Trainer(TrainingProgress progress) {
        this(progress, () -> false);
    }

    /**
     * @param progress told how it goes
     * @param stop     asked after each update whether to write a checkpoint and return
     */
    public Trainer(TrainingProgress progress, BooleanSupplier stop) {
        this(progress, stop, TrainingEnvironment.local(), List.of());
    }

    /**
     * @param progress  told how it goes
     * @param stop      asked after each update whether to write a checkpoint and return
     * @param listeners of DL4J, for the network that is trained. They are called as by
     *                  {@link org.deeplearning4j.nn.graph.ComputationGraph#fit}; an epoch ends once it is validated.
     *                  When a run is resumed within an epoch, that epoch starts for the listeners of {@link #resume}
     */
    public Trainer(TrainingProgress progress, BooleanSupplier stop, List<TrainingListener> listeners) {
        this(progress, stop, TrainingEnvironment.local(), listeners);
    }

    /**
     * @param progress    told how it goes
     * @param stop        asked after each update whether to write a checkpoint and return
     * @param environment where the images are, and what computes; by default this machine's disk, and this process
     */
    public Trainer(TrainingProgress progress, BooleanSupplier stop, TrainingEnvironment environment) {
        this(progress, stop, environment, List.of());
    }

    private Trainer(TrainingProgress progress, BooleanSupplier stop, TrainingEnvironment environment,
                    List<TrainingListener> listeners) {
        this.listeners = List.copyOf(listeners);
        this.progress = Objects.requireNonNull(progress, "progress");
        this.stop = Objects.requireNonNull(stop, "stop");
        this.environment = Objects.requireNonNull(environment, "environment");
    }

    /**
     * Looks whether {@link #run} could begin in a folder, for those who have something to do before they call it;
     * leaves nothing behind.
     *
     * @throws IOException if {@code output} holds a run already, is in use by one, is a file, or cannot be written
     */
    public static void requireUnused(Path output) throws IOException {
        new RunFiles(output, 0).requireUnused();
    }

    /**
     * Trains from the start.
     *
     * @return where the run stands: at its end, unless it was to stop before
     * @throws IOException if the data or the weights are unusable, the output folder holds another run or is
     *                     in use by one, the loss is no number any more, or a file cannot be written
     */
    @SuppressWarnings("try") // the lock is held, not used
    public TrainingOutcome run(TrainingOptions options) throws IOException {
        requireUnused(options.output());
        TrainingData data = TrainingData.open(options.data());
        RunFiles files = new RunFiles(options.output(), options.checkpoints().keep());
        StartingNetwork start = StartingNetwork.of(options, data.train().classes(),
                RunLength.of(options.recipe(), data.train().size()));
        try (FileMutex lock = files.lock()) {
            files.requireFresh(); // as before, but now nobody else can begin one
            files.prepare();
            TrainingRun run =
                    new TrainingRun(options, progress, stop, environment, data, files, start.model(), Optional.empty());
            start.model().network().setListeners(listeners);
            run.announce(start.head(), Optional.empty());
            run.begin();
            return run.goOn();
        }
    }

    /**
     * Goes on with a run from its newest checkpoint that is whole.
     *
     * @return where the run stands, as {@link #run} does
     * @throws DataException if the data set is not the one that the run began with
     * @throws IOException   if there is no checkpoint to go on from, or as {@link #run} does
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
            RunFiles.Found found = files.newestCheckpoint(progress::checkpointUnusable)
                    .orElseThrow(() -> nothingToResume(output));
            TrainingState.Saved saved = TrainingState.Saved.of(found.file(), found.content());
            Location folder = resume.data().isPresent() ? resume.data().get()
                    : environment.data(saved.state().data());
            TrainingData data = TrainingData.open(folder);
            data.requireThoseOf(saved.state(), folder);
            TrainingOptions options = new TrainingOptions(folder, output, Optional.empty(), saved.recipe(),
                    saved.state().seed(), resume.threads(), resume.workers(), resume.checkpoints());
            files.prepare();
            TrainingRun run = new TrainingRun(options, progress, stop, environment, data, files,
                    found.content().model(), Optional.of(saved));
            found.content().model().network().setListeners(listeners);
            run.announce(Optional.empty(), Optional.of(found.file()));
            return run.goOn();
        }
    }

    private static IOException nothingToResume(Path output) {
        return new IOException(
                output + ": holds no checkpoint to resume from; remove the folder and start the run anew");
    }
}
