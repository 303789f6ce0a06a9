package io.github.shufflenet4j.cli.predict;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.model.CalibrationOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.LabelsOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.cli.model.ModelPrecision;
import io.github.shufflenet4j.cli.model.QuantizationOption;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.quantization.QuantizedNetwork;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.report.EvaluationScores;
import io.github.shufflenet4j.training.report.ScoreSections;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;

/** {@code evaluate}: accuracy on labelled images. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = {"Measure top-1 and top-5 accuracy (in percent) and the loss on labelled images.",
            "Classes are matched to the model's by name, for ImageNet's also by WordNet id, or by index if they are"
                    + " numbers."},
        footer = {"", "Example: shufflenet evaluate --model runs/flowers/model.zip --data flowers/val"})
public final class EvaluateCommand extends ModelCommand {

    @Mixin
    private LabelledImagesOption data;

    @Mixin
    private FormatOption format;

    @Option(names = "--report", paramLabel = "FILE.html",
            description = "Page to write: confusion matrix, scores per class, calibration, accuracy against coverage,"
                    + " worst mistakes.")
    private Path report;

    @Option(names = "--metrics", paramLabel = "FILE.json", description = "File to write with all scores, of each class"
            + " too.")
    private Path metrics;

    @Option(names = "--predictions", paramLabel = "FILE", description = "File to write with the class and the"
            + " predictions of each image, .csv or .json.")
    private Path predictions;

    @Option(names = "--top", paramLabel = "K", defaultValue = "5",
            description = "Number of classes for each image in that file. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--precision", paramLabel = "P", defaultValue = "fp32",
            description = "fp32, or int8: what 'export --precision int8' with the same options would write, computed"
                    + " as ONNX Runtime does, but slowly. Default: ${DEFAULT-VALUE}.")
    private ModelPrecision precision;

    @Mixin
    private QuantizationOption quantization;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private ExifOption exif;

    @Mixin
    private CalibrationOption calibration;

    @Override
    public Integer call() throws Exception {
        checked(() -> Checks.atLeast("--top", top, 1));
        boolean json = predictions != null && hasEnding(".json");
        if (predictions != null && !json && !hasEnding(".csv")) {
            throw usage("--predictions writes .csv and .json, got " + predictions);
        }
        if (precision == ModelPrecision.FP16) {
            throw usage("evaluate the file that 'shufflenet export --precision fp16' writes");
        }
        quantization.check(precision);
        for (Path output : new Path[] {report, metrics, predictions}) {
            if (output != null) {
                WriteCheck.file(output);
            }
        }
        Path file = model();
        ImageClassifier classifier = calibration.apply(exif.apply(labels.apply(classifier(file))));
        ImageSource images = data.open(classifier.metadata());
        Evaluator.Classifier probabilities = precision == ModelPrecision.INT8
                ? integers(file, classifier.metadata()) : Evaluator.probabilities(classifier);
        Evaluation evaluation = predictions == null ? Evaluation.of(classifier, images, probabilities, spec())
                : withPredictions(classifier, probabilities, images, json);
        warnOfSkipped(evaluation.damaged());
        if (report != null) {
            evaluation.report(report, file, classifier, Path.of(data.place().toString()));
        }
        if (metrics != null) {
            AtomicFile.writeText(metrics, EvaluationScores.of(evaluation.detail(), images.classes(),
                    evaluation.damaged().size()).toJson());
        }
        EvaluationResult result = evaluation.detail().result();
        if (format.isJson()) {
            FormatOption.printJson(out(), result);
        } else {
            out().println(result.summary() + ", " + ScoreSections.calibration(evaluation.detail().confidences()));
        }
        return 0;
    }

    private boolean hasEnding(String ending) {
        return predictions.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    private Evaluator.Classifier integers(Path file, ModelMetadata metadata) throws IOException {
        ModelWeights weights = ModelLoader.loadWeights(file).orElseThrow(() -> new IOException(file
                + ": its network is no plain ShuffleNet V2, which alone can be quantised"));
        QuantizedNetwork network = quantization.quantize(file, new ModelWeights(metadata, weights.tensors()),
                precision);
        return Evaluator.rows(metadata.classNames().size(), network::probabilities);
    }

    private Evaluation withPredictions(ImageClassifier classifier, Evaluator.Classifier probabilities,
                                       ImageSource images, boolean json) throws IOException {
        Evaluation[] evaluation = new Evaluation[1];
        AtomicFile.write(predictions, stream -> {
            Writer out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
            PredictionWriter writer = json ? PredictionWriter.jsonArray(out)
                    : PredictionWriter.lines(out, PredictionFormat.CSV);
            evaluation[0] = Evaluation.of(classifier, images, batch -> {
                float[][] rows = probabilities.probabilities(batch);
                for (int i = 0; i < rows.length; i++) {
                    writer.write(predictions(images, batch.samples()[i], rows[i]));
                }
                return rows;
            }, spec());
            writer.end();
        });
        return evaluation[0];
    }

    private ImagePredictions predictions(ImageSource images, int sample, float[] probabilities) {
        List<String> classes = images.classes();
        return new ImagePredictions(images.name(sample), Optional.of(classes.get(images.label(sample))),
                OptionalDouble.empty(), Prediction.ranked(top, classes, probabilities, 0));
    }
}
