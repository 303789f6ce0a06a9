package io.github.shufflenet4j.model;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;

/**
 * Where {@link ShuffleNetV2#initPretrained(PretrainedType)} gets published weights. Found by
 * {@link java.util.ServiceLoader}: the model knows nothing of files and networks, and whoever does registers here.
 */
public interface PretrainedWeights {

    /** The address of weights for {@code model}; empty if there are none of that type, width and block layout. */
    Optional<URI> address(ShuffleNetV2 model, PretrainedType type);

    /**
     * Copies the weights into {@code network}, fetching them if need be.
     *
     * @param network what {@code model} has initialised
     * @throws IllegalArgumentException if {@code model} differs from the weights in a way that the message names, such
     *     as its number of classes
     * @throws IOException if the weights cannot be fetched or read; the message says why in one line
     */
    void load(ShuffleNetV2 model, PretrainedType type, ComputationGraph network) throws IOException;

    /**
     * As {@link #load}, but for the classifier, which stays as {@code model} has initialised it, for any number of
     * classes.
     *
     * @throws IOException if the weights cannot be fetched or read; the message says why in one line
     */
    void loadBody(ShuffleNetV2 model, PretrainedType type, ComputationGraph network) throws IOException;
}
