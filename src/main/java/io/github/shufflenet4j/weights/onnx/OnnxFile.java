package io.github.shufflenet4j.weights.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.WeightFormat;

/**
 * <a href="https://onnx.ai">ONNX</a> files, which most inference runtimes take: written from a network, and read back
 * into a state dict.
 */
public final class OnnxFile {

    private static final int MAX_IR_VERSION = 30;
    private static final Set<Integer> FIELDS_AFTER_VERSION = Set.of(ModelProto.PRODUCER_NAME_FIELD_NUMBER,
            ModelProto.PRODUCER_VERSION_FIELD_NUMBER, ModelProto.DOMAIN_FIELD_NUMBER,
            ModelProto.MODEL_VERSION_FIELD_NUMBER, ModelProto.DOC_STRING_FIELD_NUMBER,
            ModelProto.GRAPH_FIELD_NUMBER, ModelProto.OPSET_IMPORT_FIELD_NUMBER);

    private OnnxFile() {
    }

    /** As {@link #write(Path, TrainedModel, Precision)}, in single precision. */
    public static void write(Path file, TrainedModel model) throws IOException {
        write(file, model, Precision.FP32);
    }

    /**
     * Writes a model, replacing an existing file only when all is written.
     *
     * <p>Input: {@code input}, float32 [batch, channels, height, width], all but the channels open, preprocessed as the
     * metadata say. Output: {@code logits}, float32 [batch, classes], before softmax, divided by the model's
     * temperature if that is not 1. In single precision batch norm is not folded into the convolutions, nor the
     * temperature into the classifier; parameters have the keys of the source's state dict, and are equal to the bit
     * when read back. In half precision batch norm is a scale of the weights and a bias; weights are stored as float16
     * and computed with as float32. The metadata are in the file's {@code metadata_props}: all of them under
     * {@value StateDict#METADATA_KEY}, and again one by one.
     *
     * @return the keys of the weights that stay in single precision although half was asked for
     * @throws IllegalArgumentException if the network is not the one that its metadata name, or half
     *     precision is asked for and there are weights that are not finite
     * @throws IOException if the file cannot be written; what was there is then as it was
     */
    public static List<String> write(Path file, TrainedModel model, Precision precision) throws IOException {
        OnnxGraphWriter.Written written = OnnxGraphWriter.write(model, precision);
        write(file, written.graph(), model.metadata());
        return written.keptSingle();
    }

    /** Writes a graph, with a model's metadata in the file's {@code metadata_props}. */
    public static void write(Path file, GraphProto graph, ModelMetadata metadata) throws IOException {
        ModelProto.Builder proto = OnnxParts.model(graph).setProducerName("shufflenet4j");
        String version = OnnxFile.class.getPackage().getImplementationVersion();
        if (version != null) {
            proto.setProducerVersion(version);
        }
        properties(metadata).forEach((key, value) ->
                proto.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        ModelProto complete = proto.build();
        AtomicFile.write(file, complete::writeTo);
    }

    /** Whether a file with these first bytes is an ONNX file: the format's version, and a field that may follow it. */
    public static boolean startsWith(byte[] start) {
        return start.length > 2 && start[0] == ModelProto.IR_VERSION_FIELD_NUMBER << 3
                && start[1] > 0 && start[1] <= MAX_IR_VERSION && FIELDS_AFTER_VERSION.contains(start[2] >>> 3);
    }

    /**
     * The weights of a ShuffleNet V2, under the keys of the source whose block layout the graph has.
     *
     * <p>Recognised are the files of {@link #write}, and exports of torchvision's and the authors' networks in
     * evaluation mode, in single, half or double precision, with batch norm or with batch norm folded into the
     * convolutions. The graph must be the whole network and nothing else, but for a division of its outputs by a
     * temperature; see {@link OnnxWeights}. A temperature that the metadata do not name becomes part of the
     * classifier's weights.
     *
     * @throws WeightFileException if the file is damaged or hostile, or anything else than such a network
     */
    public static StateDict read(Path file) throws WeightFileException {
        Bytes in = Bytes.of(file);
        OnnxModel model = OnnxModel.read(in);
        OnnxGraphReader.Trace trace = OnnxGraphReader.trace(model.graph(), in);
        OnnxWeights.Weights weights = OnnxWeights.read(trace, in);
        StateDict stored = new StateDict(file, WeightFormat.ONNX, weights.tensors())
                .withMetadata(model.properties().get(StateDict.METADATA_KEY));
        double named = stored.metadata().map(ModelMetadata::temperature).orElse(1.0);
        return (float) named == weights.temperature() ? stored
                : new StateDict(file, WeightFormat.ONNX, weights.divided(),
                        stored.metadata().map(metadata -> metadata.withTemperature(1)));
    }

    private static Map<String, String> properties(ModelMetadata metadata) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(StateDict.METADATA_KEY, ModelMetadata.json(metadata));
        properties.put("variant", metadata.variant().label());
        properties.put("block_layout", metadata.blockLayout().label());
        properties.put("class_names", ModelMetadata.json(metadata.classNames()));
        properties.put("preprocessing", ModelMetadata.json(metadata.preprocessing()));
        properties.put("temperature", Double.toString(metadata.temperature()));
        properties.put("provenance", ModelMetadata.json(metadata.provenance()));
        return properties;
    }
}
