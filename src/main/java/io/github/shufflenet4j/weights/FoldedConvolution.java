package io.github.shufflenet4j.weights;

/**
 * A convolution that its batch norm has been folded into: {@code gamma (W x - mean) / sqrt(var + eps) + beta} is
 * {@code W' x + bias}.
 *
 * @param weights [outputs, inputs / groups, kernel, kernel]
 * @param bias    one for each output
 */
public record FoldedConvolution(float[] weights, float[] bias) {

    /** Folds in double precision. */
    static FoldedConvolution of(ModelWeights.ConvNormWeights convolution) {
        float[] weights = convolution.weight().data();
        float[] beta = convolution.beta().data();
        float[] mean = convolution.mean().data();
        double[] scales = convolution.scale();
        int outputs = scales.length;
        int each = weights.length / outputs;
        float[] folded = new float[weights.length];
        float[] bias = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            double scale = scales[output];
            for (int i = output * each; i < (output + 1) * each; i++) {
                folded[i] = (float) (scale * weights[i]);
            }
            bias[output] = (float) (beta[output] - scale * mean[output]);
        }
        return new FoldedConvolution(folded, bias);
    }

    /** Inputs of each output, those of a window included. */
    public int inputs() {
        return weights.length / bias.length;
    }

    /** A pointwise convolution with its outputs and inputs in another order; null leaves an order as it is. */
    public FoldedConvolution reordered(int[] outputOrder, int[] inputOrder) {
        int outputs = bias.length;
        int inputs = inputs();
        float[] reordered = new float[weights.length];
        float[] reorderedBias = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            int from = outputOrder == null ? output : outputOrder[output];
            reorderedBias[output] = bias[from];
            for (int input = 0; input < inputs; input++) {
                reordered[output * inputs + input] =
                        weights[from * inputs + (inputOrder == null ? input : inputOrder[input])];
            }
        }
        return new FoldedConvolution(reordered, reorderedBias);
    }

    /** A depthwise convolution with its channels in another order. */
    public FoldedConvolution depthwiseReordered(int[] order) {
        int each = weights.length / bias.length;
        float[] reordered = new float[weights.length];
        float[] reorderedBias = new float[bias.length];
        for (int channel = 0; channel < order.length; channel++) {
            reorderedBias[channel] = bias[order[channel]];
            System.arraycopy(weights, order[channel] * each, reordered, channel * each, each);
        }
        return new FoldedConvolution(reordered, reorderedBias);
    }
}
