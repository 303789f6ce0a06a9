package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.quantization.QuantizedNetwork;
import io.github.shufflenet4j.quantization.WeightType;
import io.github.shufflenet4j.training.evaluation.Agreement;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code export}: models in the formats of other programs. */
@Command(name = "export", mixinStandardHelpOptions = true,
        description = {"Write a model in the format of --to's file extension. All formats keep class names and"
            + " preprocessing, and unless --precision is given the exact weights.",
            ".onnx: for inference runtimes, with any image and batch size.",
            ".pth: for load_state_dict(strict=True) of the original network in PyTorch.",
            ".safetensors: the same state dict for Hugging Face's libraries and others.",
            ".zip: a model file, for DL4J and the commands here."},
        footer = {"", "Example: shufflenet export --model model.zip --to model.onnx",
            "Example: shufflenet export --model model.zip --to int8.onnx --precision int8 --calibrate flowers"})
public final class ExportCommand extends ModelCommand {

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "File to write.")
    private Path to;

    @Option(names = "--precision", paramLabel = "P", defaultValue = "fp32",
            description = "fp32: the exact weights; fp16: half precision, half the size, widened when the file is read;"
                    + " int8: 8-bit integers, for inference runtimes, .onnx only. Default: ${DEFAULT-VALUE}.")
    private ModelPrecision precision;

    @Mixin
    private QuantizationOption quantization;

    @Option(names = "--weight-type", paramLabel = "TYPE",
            description = "With --precision int8: uint8, or int8, which ONNX Runtime computes faster, but right only on"
                    + " processors with VNNI or ARM's dot products. Default: uint8.")
    private WeightType weightType;

    @Option(names = "--verify", paramLabel = "DATA",
            description = "Images, a folder or list as for 'evaluate', on which to compare the file with the model;"
                    + " without accuracies if their classes are not the model's.")
    private Path verify;

    @Mixin
    private LabelsOption labels;

    @Override
    public Integer call() throws Exception {
        ExportFormat format = checked(() -> ExportFormat.of(to));
        if (precision == ModelPrecision.INT8 && format != ExportFormat.ONNX) {
            throw usage("--precision int8 writes .onnx files, got " + to);
        }
        if (precision != ModelPrecision.INT8 && weightType != null) {
            throw usage("--weight-type is for --precision int8");
        }
        quantization.check(precision);
        WriteCheck.file(to);
        Path file = model();
        TrainedModel trained = labels.apply(ModelLoader.load(file));
        // Before anything is written, as the data may be missing.
        ImageSource images = verify == null ? null : ImageSource.open(DataSplit.validationIn(Location.of(verify)));
        Evaluator.Classifier written;
        try {
            written = precision == ModelPrecision.INT8 ? writeIntegers(file, trained) : write(format, trained);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (images != null) {
            out().println(agreement(ImageClassifier.of(trained), written, images).summary());
        }
        return 0;
    }

    private Evaluator.Classifier write(ExportFormat format, TrainedModel trained) throws IOException {
        List<String> keptSingle = format.write(to, trained, precision.ofWeights());
        report(trained.metadata());
        if (!keptSingle.isEmpty()) {
            out().printf("in single precision, as half overflows or vanishes: %s%n", String.join(", ", keptSingle));
        }
        return verify == null ? null : Evaluator.probabilities(ImageClassifier.load(to));
    }

    private Evaluator.Classifier writeIntegers(Path file, TrainedModel trained) throws IOException {
        QuantizedNetwork network = quantization.quantize(file, ModelWeights.of(trained), precision);
        network.writeOnnx(to, Objects.requireNonNullElse(weightType, WeightType.UINT8));
        report(trained.metadata());
        return Evaluator.rows(trained.metadata().classNames().size(), network::probabilities);
    }

    private void report(ModelMetadata metadata) {
        out().printf("%s: ShuffleNetV2 %s, %s layout, %d classes%n", to, metadata.variant().label(),
                metadata.blockLayout().label(), metadata.classNames().size());
    }

    private Agreement agreement(ImageClassifier original, Evaluator.Classifier changed, ImageSource source)
            throws IOException {
        ImageSource images = source;
        boolean labelled = true;
        try {
            images = Evaluator.labelled(source, verify.toString(), original.metadata().classNames());
        } catch (DataException e) {
            labelled = false;
            err().println("no accuracies: " + e.getMessage());
        }
        List<DamagedImage> damaged = new ArrayList<>();
        Agreement agreement;
        try (ConsoleProgress progress = progress()) {
            IntConsumer done = progress.start("verification", images.size(), "images");
            Evaluator.Classifier probabilities = Evaluator.probabilities(original);
            agreement = Agreement.measure(
                    new Evaluator(original.metadata().preprocessing(), Workers.shared().size()), batch -> {
                        done.accept(batch.samples()[0]);
                        return probabilities.probabilities(batch);
                    }, changed, images, labelled, damaged);
        }
        warnOfSkipped(damaged);
        return agreement;
    }
}
