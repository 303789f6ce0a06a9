package io.github.shufflenet4j.modelfile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.onnx.OnnxFile;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;
import io.github.shufflenet4j.weights.torch.PthFile;

/**
 * The file formats that a model can be written in, by the ending of a file's name. All of them keep class names,
 * preprocessing and origin, and in single precision the parameters to the bit.
 */
public enum ExportFormat {

    /** For inference runtimes: {@link OnnxFile}. */
    ONNX(".onnx", OnnxFile::write),

    /** For PyTorch's {@code torch.load}: a state dict that its source's network loads with {@code strict=True}. */
    PTH(".pth", PthFile::write),

    /** For Hugging Face's libraries and others: the same state dict, as {@link SafetensorsFile}. */
    SAFETENSORS(".safetensors", (file, model, precision) -> {
        Map<String, Tensor> stateDict = NetworkWeights.stateDict(model);
        SafetensorsFile.write(file, stateDict, precision,
                Map.of(StateDict.METADATA_KEY, ModelMetadata.json(model.metadata())));
        return precision.keptSingle(stateDict);
    }),

    /** For DL4J and this library: {@link ModelFile}, without the updater's state. */
    ZIP(".zip", ModelFile::write);

    @FunctionalInterface
    private interface Writer {
        List<String> write(Path file, TrainedModel model, Precision precision) throws IOException;
    }

    private final String ending;
    private final Writer writer;

    ExportFormat(String ending, Writer writer) {
        this.ending = ending;
        this.writer = writer;
    }

    /** As {@link #write(Path, TrainedModel, Precision)}, in single precision. */
    public void write(Path file, TrainedModel model) throws IOException {
        write(file, model, Precision.FP32);
    }

    /**
     * Writes a model, replacing an existing file only when all is written.
     *
     * @return the keys of the tensors that stay in single precision although half was asked for
     * @throws IllegalArgumentException if the network is not the one that its metadata name
     */
    public List<String> write(Path file, TrainedModel model, Precision precision) throws IOException {
        return writer.write(file, model, precision);
    }

    /**
     * The format that a file's name asks for, in upper or lower case.
     *
     * @throws IllegalArgumentException if it is none of these; the message lists all
     */
    public static ExportFormat of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Stream.of(values()).filter(format -> name.endsWith(format.ending)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file
                        + ": its ending names no format to write; possible: "
                        + Stream.of(values()).map(ExportFormat::toString).collect(Collectors.joining(", "))));
    }

    /** The ending, with its dot. */
    @Override
    public String toString() {
        return ending;
    }
}
