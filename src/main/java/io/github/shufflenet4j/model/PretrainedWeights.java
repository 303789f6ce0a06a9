package io.github.shufflenet4j.model;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;

/**
 * The source of the published weights of {@link ShuffleNetV2#initPretrained(PretrainedType)}, found by
 * {@link java.util.ServiceLoader}, so that the model does not depend on file formats and downloads.
 */
public interface PretrainedWeights {

    /** URI of weights for {@code model}; empty if there are none of that type, width and block layout. */
    Optional<URI> uri(ShuffleNetV2 model, PretrainedType type);

    /**
     * Copies the weights into {@code network}, fetching them if need be.
     *
     * @param network    as {@code model} has initialised it
     * @param classifier whether to copy the classifier, which must then be for as many classes as the weights are
     * @throws IllegalArgumentException if {@code model} differs from the weights in a way that the message names, such
     *     as its number of classes
     * @throws IOException if the weights cannot be fetched or read; the message says why in one line
     */
    void load(ShuffleNetV2 model, PretrainedType type, ComputationGraph network, boolean classifier)
            throws IOException;
}
