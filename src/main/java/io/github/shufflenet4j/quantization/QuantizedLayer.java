package io.github.shufflenet4j.quantization;

import java.util.List;

import io.github.shufflenet4j.weights.FoldedConvolution;

/**
 * A convolution or the classifier in integers. Weights are symmetric, by output: {@code weight * weightStep} is the
 * value. Sums are of 32 bits, in steps of {@code input.step * weightStep}, as are biases.
 *
 * @param weights     [outputs, inputs / groups, kernel, kernel]
 * @param weightSteps one for each output
 * @param bias        one for each output
 * @param input       scale of the inputs
 */
record QuantizedLayer(byte[] weights, float[] weightSteps, int[] bias, Scale input) {

    /** Of the step of a sum, so that biases stay far from overflow. */
    private static final double MAX_BIAS = 1 << 30;

    /**
     * Rounds a layer.
     *
     * @param limit     largest weight
     * @param roundings one for each group
     */
    static QuantizedLayer of(FoldedConvolution layer, Scale input, int limit, List<WeightRounding> roundings) {
        int outputs = layer.bias().length;
        int each = layer.inputs();
        byte[] weights = new byte[layer.weights().length];
        float[] steps = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            float largest = 0;
            for (int i = output * each; i < (output + 1) * each; i++) {
                largest = Math.max(largest, Math.abs(layer.weights()[i]));
            }
            // A channel without weights may still have a bias.
            double least = Math.max(Float.MIN_NORMAL, Math.abs(layer.bias()[output]) / (MAX_BIAS * input.step()));
            steps[output] = (float) Math.max(least, largest / limit);
            double[] inSteps = new double[each];
            for (int i = 0; i < each; i++) {
                inSteps[i] = layer.weights()[output * each + i] / (double) steps[output];
            }
            byte[] rounded = roundings.get(output / (outputs / roundings.size())).round(inSteps, limit);
            System.arraycopy(rounded, 0, weights, output * each, each);
        }
        return new QuantizedLayer(weights, steps, new int[outputs], input).withBias(layer.bias());
    }

    /** The same with other biases, in floats. */
    QuantizedLayer withBias(float[] values) {
        int[] rounded = new int[values.length];
        for (int output = 0; output < rounded.length; output++) {
            rounded[output] = (int) Math.rint(values[output] / ((double) input.step() * weightSteps[output]));
        }
        return new QuantizedLayer(weights, weightSteps, rounded, input);
    }

    int outputs() {
        return bias.length;
    }
}
