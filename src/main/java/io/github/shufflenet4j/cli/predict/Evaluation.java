package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

import picocli.CommandLine.Model.CommandSpec;

import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.report.EvaluationReport;
import io.github.shufflenet4j.training.report.MistakeGallery;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * The evaluation of a classifier.
 *
 * @param images  labelled with the classifier's classes
 * @param damaged images that could not be read
 */
record Evaluation(ImageSource images, EvaluationDetail detail, List<DamagedImage> damaged, double seconds) {

    /** Evaluates on images, and shows the progress of {@code command}. */
    static Evaluation of(ImageClassifier classifier, ImageSource images, CommandSpec command) throws IOException {
        return of(classifier, images, Evaluator.probabilities(classifier), command);
    }

    /** As {@link #of(ImageClassifier, ImageSource, CommandSpec)}, with probabilities that are computed as given. */
    static Evaluation of(ImageClassifier classifier, ImageSource images, Evaluator.Classifier probabilities,
                         CommandSpec command) throws IOException {
        Evaluator evaluator = new Evaluator(classifier.metadata().preprocessing(), Workers.shared().size());
        List<DamagedImage> damaged = new ArrayList<>();
        long start = System.nanoTime();
        EvaluationDetail detail;
        try (ConsoleProgress progress = new ConsoleProgress(command)) {
            IntConsumer done = progress.start("evaluation", images.size(), "images");
            detail = evaluator.evaluate(batch -> {
                done.accept(batch.samples()[0]);
                return probabilities.probabilities(batch);
            }, images, damaged);
        }
        return new Evaluation(images, detail, damaged, (System.nanoTime() - start) / 1e9);
    }

    /** The images of a place, labelled by the classes of a model. */
    static ImageSource images(ImageSource images, Location data, ModelMetadata model) throws DataException {
        return Evaluator.labelled(images, data.toString(), model.classNames());
    }

    void report(Path file, Path model, ImageClassifier classifier, Path data) throws IOException {
        new EvaluationReport(String.valueOf(model.getFileName()), classifier.metadata(), data, images.fingerprint(),
                images, detail, MistakeGallery.of(detail.worst(), images, Optional.of(classifier)), damaged, seconds)
                .page().write(file);
    }
}
