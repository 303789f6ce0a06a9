package io.github.shufflenet4j.weights;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * A ShuffleNet V2 with every batch norm folded into the convolution before it.
 *
 * @param variant       width
 * @param blockLayout   form of the unit
 * @param inputChannels channels of the input
 * @param convolutions  by the name of the layer
 * @param classifier    weights [classes, features] and biases
 */
public record FoldedNetwork(ShuffleNetV2Variant variant, BlockLayout blockLayout, int inputChannels,
                     Map<String, FoldedConvolution> convolutions, FoldedConvolution classifier) {

    /**
     * Folds batch norm.
     *
     * @throws IllegalArgumentException if a number is not finite, as after a training that diverged; the kernels'
     *     maxima would make plausible nonsense of it
     */
    public static FoldedNetwork of(ModelWeights weights) {
        Map<String, FoldedConvolution> convolutions = new HashMap<>();
        for (String layer : weights.convolutionLayers()) {
            convolutions.put(layer, finite(layer, FoldedConvolution.of(weights.convolution(layer))));
        }
        int classes = weights.classifierWeight().shape()[0];
        float[] bias = weights.classifierBias().map(Tensor::data).orElseGet(() -> new float[classes]);
        ModelMetadata metadata = weights.metadata();
        return new FoldedNetwork(metadata.variant(), metadata.blockLayout(), metadata.inputChannels(), convolutions,
                finite("the classifier", new FoldedConvolution(weights.classifierWeight().data(), bias)));
    }

    private static FoldedConvolution finite(String name, FoldedConvolution convolution) {
        for (float[] values : List.of(convolution.weights(), convolution.bias())) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("the weights of " + name
                            + " are not finite: its training diverged, or the file is damaged");
                }
            }
        }
        return convolution;
    }

    /** Number of classes of the classifier. */
    public int numClasses() {
        return classifier.bias().length;
    }
}
