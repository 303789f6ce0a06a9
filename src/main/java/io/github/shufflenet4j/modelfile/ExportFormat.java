package io.github.shufflenet4j.modelfile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.onnx.OnnxFile;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;
import io.github.shufflenet4j.weights.torch.PthFile;

/**
 * The file formats that a model can be written in, by the ending of a file's name. All of them keep the parameters to
 * the bit, and class names, preprocessing and origin as well.
 */
public enum ExportFormat {

    /** For inference runtimes: {@link OnnxFile}. */
    ONNX(".onnx", OnnxFile::write),

    /** For PyTorch's {@code torch.load}: a state dict that its source's network loads with {@code strict=True}. */
    PTH(".pth", PthFile::write),

    /** For Hugging Face's libraries and others: the same state dict, as {@link SafetensorsFile}. */
    SAFETENSORS(".safetensors", (file, model) -> SafetensorsFile.write(file, NetworkWeights.stateDict(model),
            Map.of(StateDict.METADATA_KEY, ModelMetadata.json(model.metadata())))),

    /** For DL4J and this library: {@link ModelFile}, without the updater's state. */
    ZIP(".zip", (file, model) -> ModelFile.write(file, model, false));

    @FunctionalInterface
    private interface Writer {
        void write(Path file, TrainedModel model) throws IOException;
    }

    private final String ending;
    private final Writer writer;

    ExportFormat(String ending, Writer writer) {
        this.ending = ending;
        this.writer = writer;
    }

    /**
     * Writes a model, replacing an existing file only when all is written.
     *
     * @throws IllegalArgumentException if the network is not the one that its metadata name
     */
    public void write(Path file, TrainedModel model) throws IOException {
        writer.write(file, model);
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
