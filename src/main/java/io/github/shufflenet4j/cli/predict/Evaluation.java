package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

import picocli.CommandLine.Model.CommandSpec;

import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.report.EvaluationReport;

/**
 * The evaluation of a classifier.
 *
 * @param images  labelled with the classifier's classes
 * @param damaged images that could not be read
 */
record Evaluation(ImageSource images, EvaluationDetail detail, List<DamagedImage> damaged, double seconds) {

    /** Evaluates on images, which come from {@code data}, and shows the progress of {@code command}. */
    static Evaluation of(ImageClassifier classifier, ImageSource source, Location data, CommandSpec command)
            throws IOException {
        List<String> classes = classifier.metadata().classNames();
        ImageSource images = Evaluator.labelled(source, data.toString(), classes);
        Evaluator evaluator = new Evaluator(classifier.metadata().preprocessing(), Workers.shared().size());
        List<DamagedImage> damaged = new ArrayList<>();
        long start = System.nanoTime();
        EvaluationDetail detail;
        try (ConsoleProgress progress = new ConsoleProgress(command)) {
            IntConsumer done = progress.start("evaluation", images.size(), "images");
            detail = evaluator.evaluate(batch -> {
                done.accept(batch.samples()[0]);
                float[] probabilities = new float[batch.size() * classes.size()];
                classifier.probabilities(batch.features(), batch.size(), probabilities);
                return rows(probabilities, classes.size());
            }, images, damaged);
        }
        return new Evaluation(images, detail, damaged, (System.nanoTime() - start) / 1e9);
    }

    void report(Path file, Path model, ImageClassifier classifier, Path data) throws IOException {
        new EvaluationReport(String.valueOf(model.getFileName()), classifier.metadata(), data, images.fingerprint(),
                images, detail, damaged, seconds).page().write(file);
    }

    private static float[][] rows(float[] values, int length) {
        float[][] rows = new float[values.length / length][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(values, row * length, (row + 1) * length);
        }
        return rows;
    }
}
