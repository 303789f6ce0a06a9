package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.quantization.Calibration;
import io.github.shufflenet4j.quantization.CalibrationImages;
import io.github.shufflenet4j.quantization.QuantizationOptions;
import io.github.shufflenet4j.quantization.QuantizedNetwork;
import io.github.shufflenet4j.quantization.Quantizer;
import io.github.shufflenet4j.weights.ModelWeights;

/** {@code --calibrate} and the other options of quantisation to 8-bit integers. */
public final class QuantizationOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--calibrate", paramLabel = "DATA",
            description = "Images like those that the model is for, for --precision int8: a folder or list as for"
                    + " 'train', of which the training images are taken. Their classes do not matter.")
    private Path data;

    @Option(names = "--images", paramLabel = "N", defaultValue = "500",
            description = "Number of these images, drawn at random, the same each time. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(names = "--calibration", paramLabel = "METHOD", defaultValue = "percentile",
            description = "How the ranges of activations follow from the images: minmax, percentile or entropy."
                    + " Default: ${DEFAULT-VALUE}.")
    private Calibration method;

    /** Layers that may stay single. */
    private enum Layer {
        FIRST, LAST
    }

    @Option(names = "--single", split = ",", paramLabel = "LAYER",
            description = "Layers that stay in single precision: first, last or first,last. Default: none.")
    private List<Layer> single = List.of();

    /**
     * Checks the options, before a model is loaded.
     *
     * @throws ParameterException if an option is missing or wrong
     */
    public QuantizationOptions check(ModelPrecision precision) {
        if (precision == ModelPrecision.INT8 != (data != null)) {
            throw new ParameterException(command.commandLine(), data == null
                    ? "--precision int8 needs --calibrate DATA, images like those that the model is for"
                    : "--calibrate is for --precision int8");
        }
        return ConsoleCommand.checked(command, () -> new QuantizationOptions(method, images,
                single.contains(Layer.FIRST), single.contains(Layer.LAST)));
    }

    private ImageSource open() throws IOException {
        return DataSplit.openParts(Location.of(data)).values().iterator().next();
    }

    /**
     * Quantises a model.
     *
     * @param file of the model, for messages
     */
    public QuantizedNetwork quantize(Path file, ModelWeights weights, ModelPrecision precision) throws IOException {
        QuantizationOptions options = check(precision);
        ImageSource source = open();
        Quantizer quantizer;
        try {
            quantizer = new Quantizer(weights, options);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        try (ConsoleProgress progress = new ConsoleProgress(command)) {
            int total = Math.min(images, source.size());
            IntConsumer done = progress.start("calibration", Quantizer.PASSES * total, "images");
            CalibrationImages sample = new CalibrationImages(source, images, weights.metadata().preprocessing(), done);
            QuantizedNetwork network = quantizer.quantize(sample);
            ConsoleProgress.warnOfSkipped(command.commandLine().getErr(), sample.damaged());
            return network;
        }
    }
}
