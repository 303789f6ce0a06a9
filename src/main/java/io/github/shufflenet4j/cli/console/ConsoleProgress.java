package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.training.StartingHead;
import io.github.shufflenet4j.training.TrainingPlan;
import io.github.shufflenet4j.training.TrainingProgress;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;

/** Shows a training run: a bar with rate and time left on a terminal, and a line for each epoch. */
public final class ConsoleProgress implements TrainingProgress, AutoCloseable {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Set<BrokenImage> reported = new HashSet<>();
    private int epochs;
    private final ConsoleBar bar = new ConsoleBar();

    public ConsoleProgress(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void checkpointUnusable(String reason) {
        err.println("warning: " + reason + "; an older checkpoint is used");
    }

    @Override
    public void started(TrainingPlan plan) {
        epochs = plan.epochs();
        out.printf("ShuffleNetV2 %s, %d classes, %d training and %d validation images, %d epochs of %d steps,"
                        + " learning rate %.4g%s%n", plan.variant().label(), plan.classes(), plan.trainImages(),
                plan.validationImages(), plan.epochs(), plan.stepsPerEpoch(), plan.learningRate(),
                plan.head().map(ConsoleProgress::description).orElse(""));
    }

    private static String description(StartingHead head) {
        return switch (head) {
            case KEPT -> ", classifier of the weights";
            case KEPT_UNCHECKED -> ", classifier of the weights, which do not name its classes: they were not compared"
                    + " with those of the data";
            case REORDERED -> ", classifier of the weights in the order of the data's classes";
            case REPLACED -> ", new classifier";
        };
    }

    @Override
    public void resumed(Path checkpoint, int epoch, int step) {
        out.printf("resumed from %s: epoch %d, step %d%n", checkpoint, epoch, step);
    }

    @Override
    public void epochStarted(int epoch, int steps, int done) {
        bar.begin("epoch " + epoch + "/" + epochs, done, steps, " steps", 1);
    }

    @Override
    public void stepDone(double loss) {
        bar.step(String.format(" loss %.3f", loss));
    }

    @Override
    public void epochDone(EpochMetrics metrics, boolean best) {
        close();
        out.printf("epoch %d/%d: loss %.4f, validation loss %.4f, top-1 %.2f %%, top-5 %.2f %%, %.1f images/s%s%n",
                metrics.epoch(), epochs, metrics.trainLoss(), metrics.validation().loss(),
                metrics.validation().top1(), metrics.validation().top5(), metrics.imagesPerSecond(),
                best ? " (best)" : "");
        metrics.averaged().ifPresent(averaged -> out.printf("  averaged: validation loss %.4f, top-1 %.2f %%,"
                + " top-5 %.2f %%%n", averaged.loss(), averaged.top1(), averaged.top5()));
    }

    @Override
    public void imagesSkipped(List<BrokenImage> images) {
        for (BrokenImage image : images) {
            if (reported.add(image)) {
                err.println("warning: skipped " + image.name() + ": " + image.reason());
            }
        }
    }

    @Override
    public void close() {
        bar.close();
    }
}
