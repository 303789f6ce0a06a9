package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;

import org.deeplearning4j.nn.graph.ComputationGraph;

import picocli.CommandLine.Model.CommandSpec;

import io.github.shufflenet4j.cli.console.TaskDisplay.Task;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.preparation.PreparationProgress;
import io.github.shufflenet4j.io.OneLine;
import io.github.shufflenet4j.io.download.DownloadProgress;
import io.github.shufflenet4j.training.TrainingCallback;
import io.github.shufflenet4j.training.TrainingPlan;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * Shows downloads, preparation of datasets, training and passes over images: results of epochs on the output, all else
 * on the error stream, with a progress bar on a terminal and lines of progress elsewhere.
 */
public final class ConsoleProgress
        implements TrainingCallback, DownloadProgress, PreparationProgress, AutoCloseable {

    private static final long MEGABYTE = 1_000_000;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Set<DamagedImage> reported = new HashSet<>();
    private final TaskDisplay display;
    private RunLength length;
    private int firstStep;

    /** Of a command, on its streams. */
    public ConsoleProgress(CommandSpec command) {
        this.out = command.commandLine().getOut();
        this.err = command.commandLine().getErr();
        this.display = new TaskDisplay(err, GlobalOptions.of(command).progressSeconds());
    }

    /** Starts a task on so many images, or whatever the unit, and returns what to tell how many are done. */
    public IntConsumer start(String task, int total, String unit) {
        display.start(new Task(task, 0, total, unit, 1));
        return done -> display.moveTo(done, "");
    }

    /** Removes the bar. */
    @Override
    public void close() {
        display.close();
    }

    @Override
    public void waiting(Path target) {
        err.println("Waiting for another download of " + target);
    }

    @Override
    public void started(URI uri, long present, long total) {
        close();
        err.println((present > 0 ? "Continuing " : "Downloading ") + uri
                + (total < 0 ? "" : " (" + megabytes(total) + ")"));
        if (total > 0) {
            display.start(new Task("download", present, total, "MB", MEGABYTE));
        }
    }

    @Override
    public void received(long present) {
        display.moveTo(present, "");
    }

    @Override
    public void retrying(URI uri, String fault, Duration pause) {
        close();
        err.println("warning: " + OneLine.of(fault) + "; retrying"
                + (pause.toSeconds() > 0 ? " in " + pause.toSeconds() + " s" : ""));
    }

    /** As in {@code 9.2 MB}. */
    public static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGABYTE);
    }

    @Override
    public void checking(Path file) {
        err.println("Checking " + file);
    }

    @Override
    public void placed(int images, int total) {
        if (images == 1) {
            err.println("Laying out " + total + " images");
            start("images", total, "files");
        }
        display.moveTo(images, "");
    }

    @Override
    public void checkpointUnusable(String reason) {
        err.println("warning: " + reason + "; an older checkpoint is used");
    }

    @Override
    public void trainingStarted(TrainingPlan plan, ComputationGraph network) {
        length = plan.length();
        out.printf("ShuffleNetV2 %s, %d classes, %d training and %d validation images, %d epochs of %d steps,"
                        + " learning rate %.4g%s%n", plan.variant().label(), plan.classes(), plan.trainImages(),
                plan.validationImages(), length.epochs(), length.stepsPerEpoch(), plan.learningRate(),
                plan.classifier().map(ConsoleProgress::description).orElse(""));
    }

    private static String description(TrainingPlan.Classifier classifier) {
        return switch (classifier) {
            case KEPT -> ", classifier of the weights";
            case KEPT_UNCHECKED -> ", classifier of the weights, whose classes are unnamed and assumed to be those of"
                    + " the data";
            case REORDERED -> ", classifier of the weights in the order of the data's classes";
            case REPLACED -> ", new classifier";
            case PROBED -> ", classifier of a linear probe";
        };
    }

    @Override
    public void trainingResumed(Path checkpoint, int epoch, int step) {
        out.printf("resumed from %s: epoch %d, step %d%n", checkpoint, epoch, step);
    }

    @Override
    public void trainingExtended(int before, int epochs, double learningRate) {
        out.printf("extended from %d to %d epochs: the learning rate goes on at %.4g, as in a run of %d epochs%n",
                before, epochs, learningRate, epochs);
    }

    @Override
    public void epochStarted(int epoch, int steps, int done) {
        firstStep = (epoch - 1) * length.stepsPerEpoch();
        display.start(new Task("epoch " + epoch + "/" + length.epochs(), done, steps, "steps", 1));
    }

    @Override
    public void stepDone(int step, double loss, double learningRate) {
        display.moveTo(step - firstStep, String.format(", loss %.3f", loss));
    }

    @Override
    public void passStarted(String task, int images) {
        start(task, images, "images");
    }

    @Override
    public void imagesPassed(int images) {
        display.moveTo(images, "");
    }

    @Override
    public void epochDone(EpochMetrics metrics, boolean best) {
        close();
        if (metrics.epoch() == 0) {
            out.printf("before the first epoch: %s%n", description(metrics.validation()));
            return;
        }
        out.printf("epoch %d/%d: loss %.4f, %s, %.1f images/s%s%n", metrics.epoch(), length.epochs(),
                metrics.trainLoss(), description(metrics.validation()), metrics.imagesPerSecond(),
                best ? " (best)" : "");
        metrics.averaged().ifPresent(averaged -> out.printf("  averaged: %s%n", description(averaged)));
    }

    private static String description(EvaluationResult result) {
        return String.format(Locale.ROOT, "validation loss %.4f, top-1 %.2f %%, top-5 %.2f %%, balanced accuracy %.2f"
                + " %%, macro F1 %.2f %%", result.loss(), result.top1(), result.top5(), result.balancedAccuracy(),
                result.macroF1());
    }

    @Override
    public void imagesSkipped(List<DamagedImage> images) {
        warnOfSkipped(err, images.stream().filter(reported::add).toList());
    }

    /** Warns of images that could not be read. */
    public static void warnOfSkipped(PrintWriter err, List<DamagedImage> images) {
        images.forEach(image -> err.println("warning: skipped " + image.name() + ": " + image.reason()));
    }
}
