package io.github.shufflenet4j.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;

/**
 * The named tensors of a weight file, in the file's order and under the file's names.
 *
 * @param source the file
 * @param format what the file was recognised as
 * @param tensors unmodifiable; integers such as {@code num_batches_tracked} are among them, as floats
 * @param metadata what the file says of its network, if this library wrote it in a format with room for that
 */
public record StateDict(Path source, WeightFormat format, Map<String, Tensor> tensors,
                        Optional<ModelMetadata> metadata) {

    public StateDict {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The key of {@link ModelMetadata} in JSON among the metadata of a file of another format. */
    public static final String METADATA_KEY = "shufflenet4j";

    /** Of a file without metadata. */
    public StateDict(Path source, WeightFormat format, Map<String, Tensor> tensors) {
        this(source, format, tensors, Optional.empty());
    }

    /**
     * This state dict with the metadata that its file has for it.
     *
     * @param json null for none
     * @throws WeightFileException if they are damaged, or of another network than the tensors
     */
    public StateDict withMetadata(String json) throws WeightFileException {
        if (json == null) {
            return this;
        }
        ModelMetadata described;
        try {
            described = ModelMetadata.ofJson(json);
        } catch (JsonProcessingException e) {
            throw new WeightFileException(source,
                    "has damaged metadata under '" + METADATA_KEY + "': " + e.getOriginalMessage(), e);
        }
        NetworkWeights weights = NetworkWeights.of(this);
        WeightFileException.throwIf(described.variant() != weights.variant()
                || described.blockLayout() != weights.blockLayout()
                || described.inputChannels() != weights.inputChannels()
                || described.classNames().size() != weights.numClasses(), source,
                "has metadata under '" + METADATA_KEY + "' for another network than its own; export it again");
        return new StateDict(source, format, tensors, Optional.of(described));
    }
}
