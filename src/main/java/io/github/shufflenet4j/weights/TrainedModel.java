package io.github.shufflenet4j.weights;

import java.util.Objects;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/**
 * A network with its metadata.
 *
 * @param network  the network
 * @param metadata classes, preprocessing and origin
 */
public record TrainedModel(ComputationGraph network, ModelMetadata metadata) {

    /** @throws IllegalArgumentException if there are more or fewer class names than outputs */
    public TrainedModel {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(metadata, "metadata");
        long outputs = ((FeedForwardLayer) network.getOutputLayer(0).conf().getLayer()).getNOut();
        Validate.isTrue(metadata.classNames().size() == outputs,
                "the names of %s classes do not fit a network with %s outputs", metadata.classNames().size(), outputs);
    }

    /** The input that the preprocessing makes. */
    public InputType inputType() {
        int side = metadata.preprocessing().crop();
        return InputType.convolutional(side, side, metadata.inputChannels());
    }

    /** Whether the classifier has a bias: torchvision's does, the authors' does not. */
    public boolean hasClassifierBias() {
        return network.getOutputLayer(0).paramTable().containsKey(DefaultParamInitializer.BIAS_KEY);
    }
}
