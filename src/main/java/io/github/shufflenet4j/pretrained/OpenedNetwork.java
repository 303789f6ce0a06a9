package io.github.shufflenet4j.pretrained;

import java.util.Objects;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network from a file, for looking at rather than for prediction.
 *
 * @param title     of the network, in words
 * @param network   with its weights
 * @param inputType of its images
 */
public record OpenedNetwork(String title, ComputationGraph network, InputType inputType) {

    public OpenedNetwork {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(inputType, "inputType");
    }
}
