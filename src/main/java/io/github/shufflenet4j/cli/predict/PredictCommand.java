package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.cli.console.Failures;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.LabelsOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;

/** {@code predict}: the classes of images. */
@Command(name = "predict", mixinStandardHelpOptions = true,
        description = "Name the most probable classes of images.",
        footer = {"", "An image that cannot be read is reported, the others are classified, and the exit code is 1.",
            "", "Example: shufflenet predict --model model.zip --top 3 cat.jpg dog.jpg"})
public final class PredictCommand extends ModelCommand {

    private static final double JSON_DIGITS = 1e6;
    /** With that many, the vector kernels save more time than their compilation takes. */
    private static final int MANY_IMAGES = 8;

    @Option(names = "--top", paramLabel = "K", defaultValue = "5",
            description = "Number of classes to name. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Mixin
    private FormatOption format;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private ExifOption exif;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "JPEG, PNG, WebP, BMP, TIFF or GIF files.")
    private List<Path> images;

    /** A line of the JSON output. */
    private record ImagePredictions(String image, List<Prediction> predictions) {
    }

    @Override
    public Integer call() throws Exception {
        if (top < 1) {
            throw usage("--top must be at least 1, got " + top);
        }
        Path file = model();
        ImageClassifier classifier = exif.apply(labels.apply(classifier(file)));
        boolean failed = false;
        for (Path image : images) {
            try {
                List<Prediction> ranked = classifier.classify(image);
                print(image, ranked.subList(0, Math.min(top, ranked.size())));
            } catch (IOException e) {
                failed = true;
                err().println("error: " + Failures.explain(e));
            }
        }
        return failed ? 1 : 0;
    }

    private ImageClassifier classifier(Path file) throws IOException {
        if (globalOptions().backend() == BackendChoice.CUDA) {
            return ImageClassifier.loadAsGraph(file);
        }
        return images.size() < MANY_IMAGES ? ImageClassifier.loadForFewImages(file) : ImageClassifier.load(file);
    }

    private void print(Path image, List<Prediction> predictions) {
        if (format.isJson()) {
            List<Prediction> rounded = predictions.stream().map(p -> new Prediction(p.index(), p.label(),
                    Math.round(p.probability() * JSON_DIGITS) / JSON_DIGITS)).toList();
            FormatOption.printJson(out(), new ImagePredictions(image.toString(), rounded));
        } else {
            out().println(image);
            for (Prediction prediction : predictions) {
                out().printf("  %6.2f %%  %s%n", 100 * prediction.probability(), prediction.label());
            }
        }
    }
}
