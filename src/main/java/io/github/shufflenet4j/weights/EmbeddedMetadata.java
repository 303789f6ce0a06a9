package io.github.shufflenet4j.weights;

import com.fasterxml.jackson.core.JsonProcessingException;

import java.util.Optional;

/** A {@link ModelMetadata} in JSON within a file of another format, which others leave alone. */
public final class EmbeddedMetadata {

    /** What it is called there. */
    public static final String KEY = "shufflenet4j";

    private EmbeddedMetadata() {
    }

    /**
     * The state dict with the metadata that its file brings.
     *
     * @param json null for none
     * @throws WeightFileException if they are damaged, or of another network than the tensors
     */
    public static StateDict attach(StateDict stateDict, String json, Bytes in) throws WeightFileException {
        if (json == null) {
            return stateDict;
        }
        ModelMetadata metadata;
        try {
            metadata = ModelMetadata.ofJson(json);
        } catch (JsonProcessingException e) {
            throw in.fault("has damaged metadata under '" + KEY + "': " + e.getOriginalMessage(), e);
        }
        NetworkWeights weights = NetworkWeights.of(stateDict);
        if (metadata.variant() != weights.variant() || metadata.blockLayout() != weights.blockLayout()
                || metadata.inputChannels() != weights.inputChannels()
                || metadata.classNames().size() != weights.numClasses()) {
            throw in.fault("has metadata under '" + KEY + "' for another network than its own; export it again");
        }
        return new StateDict(stateDict.source(), stateDict.format(), stateDict.tensors(), Optional.of(metadata));
    }
}
