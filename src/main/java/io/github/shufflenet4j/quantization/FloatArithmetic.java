package io.github.shufflenet4j.quantization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;
import io.github.shufflenet4j.weights.FoldedNetwork;

/** The network in floats, layer by layer, for the statistics of its activations. */
final class FloatArithmetic implements Wiring.Arithmetic<Plane> {

    private final FoldedNetwork network;
    private final Observer observer;

    /** Sees the activations. */
    @FunctionalInterface
    interface Observer {

        /** The output of a convolution behind its ReLU, of pooling, or the features, each a plane of one value. */
        void observe(String layer, List<Plane> outputs);

        /** The inputs of a convolution. */
        default void observeInputs(ConvolutionShape shape, List<Plane> inputs) {
        }

        /** Sees what both see. */
        default Observer and(Observer other) {
            Observer first = this;
            return new Observer() {
                @Override
                public void observe(String layer, List<Plane> outputs) {
                    first.observe(layer, outputs);
                    other.observe(layer, outputs);
                }

                @Override
                public void observeInputs(ConvolutionShape shape, List<Plane> inputs) {
                    first.observeInputs(shape, inputs);
                    other.observeInputs(shape, inputs);
                }
            };
        }
    }

    FloatArithmetic(FoldedNetwork network, Observer observer) {
        this.network = network;
        this.observer = observer;
    }

    @Override
    public List<Plane> convolution(ConvolutionShape shape, List<Plane> inputs) {
        observer.observeInputs(shape, inputs);
        List<Plane> outputs = convolution(shape, network.convolutions().get(shape.layer()), inputs);
        observer.observe(shape.layer(), outputs);
        return outputs;
    }

    static List<Plane> convolution(ConvolutionShape shape, FoldedConvolution convolution, List<Plane> inputs) {
        int height = outputs(inputs.get(0).height(), shape);
        int width = outputs(inputs.get(0).width(), shape);
        int kernel = shape.kernel();
        int padding = kernel / 2;
        int each = shape.inputs() / shape.groups();
        List<Plane> outputs = new ArrayList<>();
        for (int output = 0; output < shape.outputs(); output++) {
            float[] sums = new float[height * width];
            Arrays.fill(sums, convolution.bias()[output]);
            int first = output / (shape.outputs() / shape.groups()) * each;
            int at = output * each * kernel * kernel;
            for (int input = first; input < first + each; input++) {
                for (int k = 0; k < kernel * kernel; k++, at++) {
                    Plane.accumulate(sums, height, width, inputs.get(input), convolution.weights()[at],
                            k / kernel - padding, k % kernel - padding, shape.stride());
                }
            }
            if (shape.relu()) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] = Math.max(0, sums[i]);
                }
            }
            outputs.add(new Plane(height, width, sums));
        }
        return outputs;
    }

    /** Outputs along an axis of {@code size}: padding keeps the centre of the window inside. */
    static int outputs(int size, ConvolutionShape shape) {
        return (size - 1) / shape.stride() + 1;
    }

    @Override
    public List<Plane> maxPool(List<Plane> inputs) {
        List<Plane> outputs = inputs.stream().map(FloatArithmetic::maxPool).toList();
        observer.observe(ShuffleNetV2.MAXPOOL, outputs);
        return outputs;
    }

    static Plane maxPool(Plane input) {
        int height = (input.height() - 1) / 2 + 1;
        int width = (input.width() - 1) / 2 + 1;
        float[] values = new float[height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float largest = Float.NEGATIVE_INFINITY;
                for (int row = Math.max(0, 2 * y - 1); row <= Math.min(input.height() - 1, 2 * y + 1); row++) {
                    for (int column = Math.max(0, 2 * x - 1); column <= Math.min(input.width() - 1, 2 * x + 1);
                            column++) {
                        largest = Math.max(largest, input.values()[row * input.width() + column]);
                    }
                }
                values[y * width + x] = largest;
            }
        }
        return new Plane(height, width, values);
    }

    @Override
    public void head(List<Plane> inputs) {
        observer.observe(ShuffleNetV2.POOL, inputs.stream().map(FloatArithmetic::average).toList());
    }

    private static Plane average(Plane input) {
        double sum = 0;
        for (float value : input.values()) {
            sum += value;
        }
        return new Plane(1, 1, new float[] {(float) (sum / input.values().length)});
    }
}
