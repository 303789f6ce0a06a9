package io.github.shufflenet4j.inference;

import java.util.Map;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * A ShuffleNet V2 for prediction only: every convolution with its batch norm folded in.
 *
 * @param variant       width
 * @param blockLayout   form of the unit
 * @param inputChannels channels of the input
 * @param convolutions  by the name of the layer
 * @param classifier    weights [classes, features] and biases
 */
record FoldedNetwork(ShuffleNetV2Variant variant, BlockLayout blockLayout, int inputChannels,
                     Map<String, FoldedConvolution> convolutions, FoldedConvolution classifier) {

    int numClasses() {
        return classifier.bias().length;
    }
}
