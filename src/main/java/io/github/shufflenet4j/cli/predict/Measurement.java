package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import picocli.CommandLine.Model.CommandSpec;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.ImageSources;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.report.EvaluationReport;

/**
 * What a classifier makes of labelled images, as commands report it.
 *
 * @param images  labelled by the classifier's classes
 * @param detail  accuracy, loss, confusion and mistakes
 * @param broken  images that could not be read
 * @param seconds that it took
 */
record Measurement(ImageSource images, EvaluationDetail detail, List<BrokenImage> broken, double seconds) {

    /** On images in any form that {@link ImageSources} opens; those that cannot be read are named on standard error. */
    static Measurement of(ImageClassifier classifier, Location data, CommandSpec command) throws IOException {
        List<String> classes = classifier.metadata().classNames();
        ImageSource images = Evaluator.labelled(ImageSources.open(data), data.toString(), classes);
        Evaluator evaluator = new Evaluator(classifier.metadata().preprocessing(), Workers.shared().size());
        List<BrokenImage> broken = new ArrayList<>();
        long start = System.nanoTime();
        EvaluationDetail detail = evaluator.evaluateInDetail(batch -> {
            float[] probabilities = new float[batch.size() * classes.size()];
            classifier.probabilities(batch.features(), batch.size(), probabilities);
            return rows(probabilities, classes.size());
        }, images, broken);
        double seconds = (System.nanoTime() - start) / 1e9;
        warn(broken, command);
        return new Measurement(images, detail, broken, seconds);
    }

    EvaluationResult result() {
        return detail.result();
    }

    /** Writes the page that shows it. */
    void report(Path file, Path model, ImageClassifier classifier, Path data) throws IOException {
        new EvaluationReport(String.valueOf(model.getFileName()), classifier.metadata(), data, images.fingerprint(),
                images, detail, broken, seconds).page().write(file);
    }

    /** Names images that were left out. */
    static void warn(List<BrokenImage> broken, CommandSpec command) {
        for (BrokenImage image : broken) {
            command.commandLine().getErr().println("warning: skipped " + image.name() + ": " + image.reason());
        }
    }

    private static float[][] rows(float[] values, int length) {
        float[][] rows = new float[values.length / length][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(values, row * length, (row + 1) * length);
        }
        return rows;
    }
}
