package io.github.shufflenet4j.quantization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;

/**
 * The quantised network on one image, with the arithmetic of ONNX Runtime's QLinearConv: sums in integers, multiplied
 * by a factor in single precision and rounded, ties to even.
 */
final class IntegerArithmetic implements Wiring.Arithmetic<IntegerArithmetic.Codes> {

    private final QuantizedNetwork network;
    private final List<Plane> image;
    private final Observer observer;
    private float[] logits;

    /** Sees the outputs of each convolution. */
    @FunctionalInterface
    interface Observer {
        void observe(String layer, List<Codes> outputs);
    }

    /** A channel of an image; values are codes without the zero of {@code scale}, so that padding is 0. */
    record Codes(int height, int width, Scale scale, int[] values) {

        static Codes of(Plane plane, Scale scale) {
            int[] values = new int[plane.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = scale.code(plane.values()[i]) - scale.zero();
            }
            return new Codes(plane.height(), plane.width(), scale, values);
        }

        private Plane plane() {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = values[i];
            }
            return new Plane(height, width, floats);
        }

        /** As {@link Plane#accumulate}. */
        private void accumulate(int[] sums, int rows, int columns, int weight, int dy, int dx, int stride) {
            if (stride == 1 && dy == 0 && dx == 0) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += weight * values[i];
                }
                return;
            }
            for (int y = 0; y < rows; y++) {
                int row = y * stride + dy;
                if (row < 0 || row >= height) {
                    continue;
                }
                int first = dx < 0 ? (-dx + stride - 1) / stride : 0;
                int end = Math.min(columns, (width - 1 - dx) / stride + 1);
                int from = row * width + dx;
                for (int x = first; x < end; x++) {
                    sums[y * columns + x] += weight * values[from + x * stride];
                }
            }
        }
    }

    IntegerArithmetic(QuantizedNetwork network, List<Plane> image, Observer observer) {
        this.network = network;
        this.image = image;
        this.observer = observer;
    }

    /** The class scores, not divided by the model's temperature. */
    float[] run() {
        Scale input = network.scales().get(ShuffleNetV2.INPUT);
        // Without a scale the first layer is single, and takes the image.
        network.wiring().run(image.stream().map(plane -> input == null
                ? new Codes(plane.height(), plane.width(), null, null) : Codes.of(plane, input)).toList(), this);
        return logits;
    }

    @Override
    public List<Codes> convolution(ConvolutionShape shape, List<Codes> inputs) {
        Scale scale = network.scales().get(QuantizedNetwork.scaleName(shape));
        QuantizedLayer layer = network.layers().get(shape.layer());
        List<Codes> outputs = layer == null
                ? FloatArithmetic.convolution(shape, network.single().convolutions().get(shape.layer()), image).stream()
                        .map(plane -> Codes.of(plane, scale)).toList()
                : convolution(shape, layer, inputs, scale);
        observer.observe(shape.layer(), outputs);
        return outputs;
    }

    private static List<Codes> convolution(ConvolutionShape shape, QuantizedLayer layer, List<Codes> inputs,
                                           Scale scale) {
        int height = FloatArithmetic.outputs(inputs.get(0).height, shape);
        int width = FloatArithmetic.outputs(inputs.get(0).width, shape);
        int kernel = shape.kernel();
        int padding = kernel / 2;
        int each = shape.inputs() / shape.groups();
        // The codes stop ReLU's outputs at 0, their lowest code.
        int lowest = shape.relu() ? 0 : -scale.zero();
        List<Codes> outputs = new ArrayList<>();
        for (int output = 0; output < shape.outputs(); output++) {
            int[] sums = new int[height * width];
            Arrays.fill(sums, layer.bias()[output]);
            int first = output / (shape.outputs() / shape.groups()) * each;
            int at = output * each * kernel * kernel;
            for (int input = first; input < first + each; input++) {
                for (int k = 0; k < kernel * kernel; k++, at++) {
                    inputs.get(input).accumulate(sums, height, width, layer.weights()[at], k / kernel - padding,
                            k % kernel - padding, shape.stride());
                }
            }
            float factor = layer.input().step() * layer.weightSteps()[output] / scale.step();
            requantize(sums, factor, lowest, Scale.MAX_CODE - scale.zero());
            outputs.add(new Codes(height, width, scale, sums));
        }
        return outputs;
    }

    private static void requantize(int[] sums, float factor, int lowest, int highest) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = (int) Math.rint(Math.max(lowest, Math.min(highest, sums[i] * factor)));
        }
    }

    @Override
    public List<Codes> maxPool(List<Codes> inputs) {
        return inputs.stream().map(input -> {
            Plane pooled = FloatArithmetic.maxPool(input.plane());
            int[] values = new int[pooled.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (int) pooled.values()[i];
            }
            return new Codes(pooled.height(), pooled.width(), input.scale, values);
        }).toList();
    }

    @Override
    public void head(List<Codes> inputs) {
        QuantizedLayer layer = network.layers().get(ShuffleNetV2.FC);
        logits = layer == null ? single(inputs) : quantized(layer, inputs);
    }

    private float[] single(List<Codes> inputs) {
        FoldedConvolution classifier = network.single().classifier();
        float[] scores = classifier.bias().clone();
        for (int channel = 0; channel < inputs.size(); channel++) {
            Codes codes = inputs.get(channel);
            float mean = Arrays.stream(codes.values).sum() * codes.scale.step() / codes.values.length;
            for (int c = 0; c < scores.length; c++) {
                scores[c] += classifier.weights()[c * inputs.size() + channel] * mean;
            }
        }
        return scores;
    }

    private float[] quantized(QuantizedLayer layer, List<Codes> inputs) {
        Scale scale = layer.input();
        int[] sums = layer.bias().clone();
        for (int channel = 0; channel < inputs.size(); channel++) {
            Codes codes = inputs.get(channel);
            float factor = codes.scale.step() / (scale.step() * codes.values.length);
            int[] mean = {Arrays.stream(codes.values).sum()};
            requantize(mean, factor, -scale.zero(), Scale.MAX_CODE - scale.zero());
            for (int c = 0; c < sums.length; c++) {
                sums[c] += layer.weights()[c * inputs.size() + channel] * mean[0];
            }
        }
        float[] scores = new float[sums.length];
        for (int c = 0; c < scores.length; c++) {
            scores[c] = sums[c] * (scale.step() * layer.weightSteps()[c]);
        }
        return scores;
    }
}
