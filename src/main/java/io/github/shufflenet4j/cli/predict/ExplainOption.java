package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.apache.commons.lang3.Validate;

import picocli.CommandLine.Option;

import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.explain.ExplanationFolder;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.io.WriteCheck;

/** {@code --explain} and {@code --explain-class}: maps of the evidence for predictions. */
final class ExplainOption {

    /** The answer, and what it competes with. */
    private static final int BEST = 2;

    @Option(names = "--explain", paramLabel = "DIR",
            description = "Folder to make with class activation maps: where in each image the evidence for its two most"
                    + " probable classes is, as PNG files, and all of them on a page, DIR/index.html.")
    private Path folder;

    @Option(names = "--explain-class", paramLabel = "CLASS",
            description = "Class to explain in place of the most probable ones, by name or index; may be repeated.")
    private List<String> classes = List.of();

    /**
     * Writes explanations.
     *
     * @param classes to explain; if empty, the most probable ones
     */
    record Explainer(ExplanationFolder folder, ImageClassifier classifier, int[] classes, ImageSource images) {

        void explain(int sample) throws IOException {
            String name = images.name(sample);
            RgbImage image = new EncodedImage(images.read(sample), name,
                    classifier.metadata().preprocessing().ignoreExif()).decode();
            folder.add(name, classes.length > 0 ? classifier.explain(image, classes)
                    : classifier.explainBest(image, BEST));
        }
    }

    /** Checks the folder, before a model is loaded. */
    void check() throws IOException {
        Validate.isTrue(folder != null || classes.isEmpty(), "--explain-class needs --explain DIR");
        if (folder != null) {
            WriteCheck.folder(folder);
            WriteCheck.emptyFolder(folder);
        }
    }

    /**
     * The explainer of a classifier; empty without {@code --explain}.
     *
     * @throws IllegalArgumentException if a class does not exist
     */
    Optional<Explainer> explainer(ImageClassifier classifier, Path model, ImageSource images) throws IOException {
        int[] chosen = classes.stream().mapToInt(classifier.metadata()::classIndex).toArray();
        return folder == null ? Optional.empty() : Optional.of(new Explainer(
                new ExplanationFolder(folder, String.valueOf(model.getFileName())), classifier, chosen, images));
    }
}
