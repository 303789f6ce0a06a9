package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Softmax;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.evaluation.Tally;
import io.github.shufflenet4j.training.evaluation.TemperatureScaling;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code calibrate}: temperature scaling. */
@Command(name = "calibrate", mixinStandardHelpOptions = true,
        description = {"Calibrate a model's probabilities by temperature scaling (Guo et al. 2017), so that of the"
            + " predictions with a probability of 90 %% about 90 %% are right. The predicted classes stay as they are.",
            "The images must not be those that the model was trained on."},
        footer = {"", "'predict' and 'evaluate' use the temperature, unless --uncalibrated is given.", "",
            "Example: shufflenet calibrate --model model.zip --data flowers/val --output calibrated.zip"})
public final class CalibrateCommand extends ModelCommand {

    @Mixin
    private LabelledImagesOption data;

    @Option(names = "--output", paramLabel = "FILE", description = "Model to write, possibly the same file: .zip,"
            + " .onnx, .pth or .safetensors. Default: only measure.")
    private Path output;

    @Mixin
    private FormatOption format;

    @Mixin
    private ExifOption exif;

    /** Scores at a temperature. */
    private record Scores(double temperature, double loss, double expectedCalibrationError, double top1) {

        static Scores of(double temperature, EvaluationDetail detail) {
            return new Scores(temperature, detail.result().loss(),
                    100 * detail.confidences().expectedCalibrationError(), detail.result().top1());
        }

        String text() {
            return String.format(Locale.ROOT, "temperature %.4f, loss %.4f, expected calibration error %.2f %%,"
                    + " top-1 %.2f %%", temperature, loss, expectedCalibrationError, top1);
        }
    }

    /** The JSON output. */
    private record Calibration(int images, Scores before, Scores after) {
    }

    @Override
    public Integer call() throws Exception {
        ExportFormat target = output == null ? null : checked(() -> ExportFormat.of(output));
        if (output != null) {
            WriteCheck.file(output);
        }
        Path file = model();
        ImageClassifier classifier = exif.apply(classifier(file));
        ImageSource images = data.open(classifier.metadata());
        double present = classifier.metadata().temperature();
        Evaluator.Classifier network = Evaluator.logits(classifier);
        List<float[]> logits = new ArrayList<>();
        IntStream.Builder labels = IntStream.builder();
        Evaluation evaluation = Evaluation.of(classifier, images, batch -> {
            List<float[]> rows = List.of(network.probabilities(batch));
            logits.addAll(rows);
            IntStream.of(batch.labels()).forEach(labels);
            return rows.stream().map(row -> probabilities(row, present)).toArray(float[][]::new);
        }, spec());
        warnOfSkipped(evaluation.damaged());
        int[] truths = labels.build().toArray();
        double temperature = TemperatureScaling.fit(logits, truths);
        Tally tally = new Tally(images.classes());
        for (int i = 0; i < truths.length; i++) {
            tally.add(i, truths[i], probabilities(logits.get(i), temperature));
        }
        print(new Calibration(truths.length, Scores.of(present, evaluation.detail()),
                Scores.of(temperature, tally.detail(evaluation.damaged()))));
        if (output != null) {
            write(target, file, temperature, data.place().name() + ", " + truths.length + " images");
        }
        return 0;
    }

    private static float[] probabilities(float[] logits, double temperature) {
        float[] values = logits.clone();
        Softmax.apply(values, 0, values.length, temperature);
        return values;
    }

    private void print(Calibration calibration) {
        if (format.isJson()) {
            FormatOption.printJson(out(), calibration);
        } else {
            out().printf("%d images%nbefore: %s%nafter:  %s%n", calibration.images(), calibration.before().text(),
                    calibration.after().text());
        }
    }

    private void write(ExportFormat target, Path file, double temperature, String images) throws IOException {
        TrainedModel model = ModelLoader.load(file);
        ModelMetadata metadata = model.metadata();
        Map<String, String> provenance = new TreeMap<>(metadata.provenance());
        provenance.put("calibratedOn", images);
        try {
            target.write(output, new TrainedModel(model.network(),
                    metadata.withProvenance(provenance).withTemperature(temperature)));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (!format.isJson()) {
            out().printf("written to %s%n", output);
        }
    }
}
