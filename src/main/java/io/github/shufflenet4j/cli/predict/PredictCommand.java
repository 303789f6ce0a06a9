package io.github.shufflenet4j.cli.predict;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.model.CalibrationOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.LabelsOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageList;
import io.github.shufflenet4j.inference.BatchClassification;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;

/** {@code predict}: the classes of images. */
@Command(name = "predict", mixinStandardHelpOptions = true,
        description = "Name the most probable classes of images.",
        footer = {"", "An image that cannot be read is reported, the others are classified, and the exit code is 1.",
            "", "Example: shufflenet predict --model model.zip --top 3 cat.jpg dog.jpg",
            "Example: shufflenet predict --model model.zip --format csv --output photos.csv photos",
            "Example: shufflenet predict --model model.zip --explain maps cat.jpg"})
public final class PredictCommand extends ModelCommand {

    private static final String STANDARD_INPUT = "-";
    /** With that many, the vector kernels save more time than their compilation takes. */
    private static final int MANY_IMAGES = 8;

    @Option(names = "--top", paramLabel = "K", defaultValue = "5",
            description = "Number of classes to name. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--threshold", paramLabel = "P",
            description = "Probability, 0 to 1, that the most probable class must reach to be the answer. Below it the"
                    + " answer is 'none': null in JSON, and empty in CSV.")
    private Double threshold;

    @Option(names = "--format", defaultValue = "text", description = "text; json, an object on each line; or csv."
            + " Default: ${DEFAULT-VALUE}.")
    private PredictionFormat format;

    @Option(names = "--output", paramLabel = "FILE", description = "File to write. Default: standard output.")
    private Path output;

    @Mixin
    private ExplainOption explain;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private ExifOption exif;

    @Mixin
    private CalibrationOption calibration;

    @Parameters(paramLabel = "IMAGE", arity = "1..*",
            description = "JPEG, PNG, WebP, BMP, TIFF or GIF files; folders, with the folders below them; lists of"
                    + " paths, .txt or .tsv, one a line; or - for paths on standard input, one a line.")
    private List<Path> images;

    private Optional<ExplainOption.Explainer> explainer;

    @Override
    public Integer call() throws Exception {
        checked(() -> Checks.atLeast("--top", top, 1));
        checked(() -> threshold == null ? 0 : Checks.within("--threshold", threshold, 0, 1));
        if (output != null) {
            WriteCheck.file(output);
        }
        explain.check();
        Path file = model();
        ImageList list = list();
        ImageClassifier classifier = calibration.apply(exif.apply(labels.apply(classifier(file, list.size()))));
        explainer = explain.explainer(classifier, file, list);
        List<DamagedImage> damaged = new ArrayList<>();
        if (output == null) {
            damaged.addAll(predict(classifier, list, out(), done -> { }));
        } else {
            try (ConsoleProgress progress = progress()) {
                IntConsumer done = progress.start("predictions", list.size(), "images");
                AtomicFile.write(output, stream -> damaged.addAll(predict(classifier, list,
                        new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), done)));
            }
        }
        if (explainer.isPresent()) {
            explainer.get().folder().finish(damaged);
        }
        damaged.forEach(image -> err().println("error: " + image));
        return damaged.isEmpty() ? 0 : 1;
    }

    private ImageList list() throws DataException {
        ImageList.Builder list = new ImageList.Builder();
        for (Path image : images) {
            if (image.toString().equals(STANDARD_INPUT)) {
                list.addLines("standard input", System.in);
            } else {
                list.add(image);
            }
        }
        ImageList all = list.build();
        DataException.throwIf(all.size() == 0, "standard input names no images (expected a path on each line)");
        return all;
    }

    private ImageClassifier classifier(Path file, int count) throws IOException {
        return count < MANY_IMAGES && globalOptions().backend() != BackendChoice.CUDA
                ? ImageClassifier.loadForFewImages(file) : classifier(file);
    }

    private List<DamagedImage> predict(ImageClassifier classifier, ImageList list, Writer out, IntConsumer done)
            throws IOException {
        PredictionWriter writer = PredictionWriter.lines(out, format);
        OptionalDouble needed = threshold == null ? OptionalDouble.empty() : OptionalDouble.of(threshold);
        List<DamagedImage> damaged = new BatchClassification(classifier).run(list, top, (sample, ranked) -> {
            writer.write(new ImagePredictions(list.name(sample), Optional.empty(), needed, ranked));
            if (explainer.isPresent()) {
                explainer.get().explain(sample);
            }
            done.accept(sample + 1);
        });
        writer.end();
        return damaged;
    }
}
