package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.shufflenet4j.io.AtomicFile;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;

/**
 * <a href="https://onnx.ai">ONNX</a> files, which most inference runtimes take: written from a network, and read back
 * into a state dict.
 */
public final class OnnxFile {

    /** Key of the file's metadata that holds a {@link ModelMetadata} in JSON. */
    public static final String METADATA_KEY = "shufflenet4j";

    private static final int OPERATOR_SET = 17;
    /** The file format's version that goes with the operator set. */
    private static final int IR_VERSION = 8;

    private OnnxFile() {
    }

    /**
     * Writes a model, replacing an existing file only when all is written.
     *
     * <p>Input: {@code input}, float32 [batch, channels, height, width], all but the channels open, preprocessed as the
     * metadata say. Output: {@code logits}, float32 [batch, classes], before softmax. Batch norm stays apart from the
     * convolutions; parameters carry the keys of the source's state dict, and come back to the bit when read. The
     * metadata are in the file's {@code metadata_props}: whole under {@value #METADATA_KEY}, and again one by one.
     *
     * @throws IllegalArgumentException if the network is not the one that its metadata name
     * @throws IOException if the file cannot be written; what was there is then as it was
     */
    public static void write(Path file, TrainedModel model) throws IOException {
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("shufflenet4j")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setGraph(OnnxGraphWriter.write(model));
        String version = OnnxFile.class.getPackage().getImplementationVersion();
        if (version != null) {
            proto.setProducerVersion(version);
        }
        properties(model.metadata()).forEach((key, value) ->
                proto.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        ModelProto complete = proto.build();
        AtomicFile.write(file, complete::writeTo);
    }

    private static Map<String, String> properties(ModelMetadata metadata) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(METADATA_KEY, ModelMetadata.json(metadata));
        properties.put("variant", metadata.variant().label());
        properties.put("block_layout", metadata.blockLayout().label());
        properties.put("class_names", ModelMetadata.json(metadata.classNames()));
        properties.put("preprocessing", ModelMetadata.json(metadata.preprocessing()));
        properties.put("provenance", ModelMetadata.json(metadata.provenance()));
        return properties;
    }
}
