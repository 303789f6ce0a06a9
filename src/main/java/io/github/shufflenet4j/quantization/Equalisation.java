package io.github.shufflenet4j.quantization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;
import io.github.shufflenet4j.weights.FoldedNetwork;

/**
 * Cross-layer equalisation: the same function with activations whose channels have more similar ranges, so that one
 * scale serves them all better (Nagel et al. 2019, arXiv 1906.04721). A channel is divided by a power of its range: by
 * the range itself, the weights behind would take over all of the difference.
 *
 * <p>A channel is divided by a factor where it is computed, and the weights of all that take it are multiplied by it:
 * ReLU, max pooling and averaging let positive factors pass, and split, concatenation and shuffle only move channels. A
 * depthwise convolution has no ReLU and a pointwise one, without padding, behind it, so that its channels can be moved
 * to the middle of their range as well: the bias behind takes that back.
 */
final class Equalisation implements Wiring.Arithmetic<Equalisation.Channel> {

    /** Of ranges. Higher than a half, since errors of weights cancel in part. */
    private static final double POWER = 0.75;
    /** The smallest factor: a channel that was hardly used may be used more by other images. */
    private static final double SMALLEST = 0.125;

    /** A channel by the layer that computes it. */
    record Channel(String layer, int index) {
    }

    /** A layer that takes a channel as its input of this number. */
    private record Consumer(String layer, int input) {
    }

    private final Map<Channel, List<Consumer>> consumers = new HashMap<>();
    private final Map<String, ConvolutionShape> shapes = new LinkedHashMap<>();

    private Equalisation() {
    }

    @Override
    public List<Channel> convolution(ConvolutionShape shape, List<Channel> inputs) {
        shapes.put(shape.layer(), shape);
        take(shape.layer(), inputs);
        return IntStream.range(0, shape.outputs()).mapToObj(i -> new Channel(shape.layer(), i)).toList();
    }

    private void take(String layer, List<Channel> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            consumers.computeIfAbsent(inputs.get(i), channel -> new ArrayList<>()).add(new Consumer(layer, i));
        }
    }

    @Override
    public List<Channel> maxPool(List<Channel> inputs) {
        return inputs;
    }

    @Override
    public void head(List<Channel> inputs) {
        take(ShuffleNetV2.FC, inputs);
    }

    /**
     * Equalises a network.
     *
     * @param statistics of its activations; become those of the result
     */
    static FoldedNetwork apply(FoldedNetwork network, ChannelStatistics statistics) {
        Equalisation tracing = new Equalisation();
        Wiring wiring = new Wiring(network.variant(), network.blockLayout(), network.inputChannels());
        wiring.run(IntStream.range(0, network.inputChannels()).mapToObj(i -> new Channel("", i)).toList(), tracing);
        Map<String, Layer> layers = new LinkedHashMap<>();
        network.convolutions().forEach((name, convolution) -> layers.put(name, new Layer(convolution)));
        layers.put(ShuffleNetV2.FC, new Layer(network.classifier()));
        for (ConvolutionShape shape : tracing.shapes.values()) {
            tracing.equalise(shape, statistics, layers);
        }
        Map<String, FoldedConvolution> convolutions = new HashMap<>();
        network.convolutions().keySet().forEach(name -> convolutions.put(name, layers.get(name).folded()));
        return new FoldedNetwork(network.variant(), network.blockLayout(), network.inputChannels(), convolutions,
                layers.get(ShuffleNetV2.FC).folded());
    }

    private void equalise(ConvolutionShape shape, ChannelStatistics statistics, Map<String, Layer> layers) {
        ChannelStatistics.Channels ranges = statistics.of(shape.layer());
        Layer layer = layers.get(shape.layer());
        double[] width = new double[shape.outputs()];
        double sum = 0;
        int used = 0;
        for (int channel = 0; channel < width.length; channel++) {
            width[channel] = shape.relu() ? ranges.high(channel) : (ranges.high(channel) - ranges.low(channel)) / 2.0;
            if (width[channel] > 0) {
                sum += Math.log(width[channel]);
                used++;
            }
        }
        if (used == 0) {
            return;
        }
        double typical = Math.exp(sum / used);
        for (int channel = 0; channel < width.length; channel++) {
            double centre = shape.relu() ? 0 : (ranges.high(channel) + (double) ranges.low(channel)) / 2;
            double factor = width[channel] > 0 ? Math.max(Math.pow(width[channel] / typical, POWER), SMALLEST) : 1;
            statistics.rescale(shape.layer(), channel, centre, factor);
            layer.scaleOutput(channel, centre, 1 / factor);
            for (Consumer consumer : consumers.get(new Channel(shape.layer(), channel))) {
                ConvolutionShape taker = shapes.get(consumer.layer);
                boolean depthwise = taker != null && taker.groups() > 1;
                layers.get(consumer.layer).scaleInput(consumer.input, depthwise, taker == null ? 1 : taker.kernel(),
                        centre, factor);
            }
        }
    }

    /** Weights and biases that change. */
    private static final class Layer {

        private final double[] weights;
        private final double[] bias;

        Layer(FoldedConvolution convolution) {
            weights = doubles(convolution.weights());
            bias = doubles(convolution.bias());
        }

        private static double[] doubles(float[] values) {
            return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        }

        private static float[] floats(double[] values) {
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        }

        FoldedConvolution folded() {
            return new FoldedConvolution(floats(weights), floats(bias));
        }

        /** Makes an output {@code (y - centre) * factor}. */
        void scaleOutput(int output, double centre, double factor) {
            int each = weights.length / bias.length;
            for (int i = output * each; i < (output + 1) * each; i++) {
                weights[i] *= factor;
            }
            bias[output] = (bias[output] - centre) * factor;
        }

        /** Takes an input for {@code x * factor + centre}; the centre is 0 unless this is pointwise. */
        void scaleInput(int input, boolean depthwise, int kernel, double centre, double factor) {
            int window = kernel * kernel;
            int each = weights.length / bias.length;
            if (depthwise) {
                for (int i = input * window; i < (input + 1) * window; i++) {
                    weights[i] *= factor;
                }
                return;
            }
            for (int output = 0; output < bias.length; output++) {
                for (int i = output * each + input * window; i < output * each + (input + 1) * window; i++) {
                    bias[output] += weights[i] * centre;
                    weights[i] *= factor;
                }
            }
        }
    }
}
