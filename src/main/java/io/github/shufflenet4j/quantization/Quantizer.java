package io.github.shufflenet4j.quantization;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelWeights;

/**
 * Quantises a network after training: batch norm is folded, channels are {@linkplain Equalisation equalised}, weights
 * are rounded by output channel so that their errors {@linkplain WeightRounding cancel}, activations by tensor, and
 * biases take back the mean error that rounded weights cause (Nagel et al. 2019, arXiv 1906.04721).
 */
public final class Quantizer {

    /** Number of passes over the calibration images. */
    public static final int PASSES = 2;

    private static final int MAX_WEIGHT = 127;

    private final ModelWeights weights;
    private final QuantizationOptions options;
    private final FoldedNetwork network;
    private final Wiring wiring;

    /** @throws IllegalArgumentException if weights are not finite */
    public Quantizer(ModelWeights weights, QuantizationOptions options) {
        this.weights = Objects.requireNonNull(weights, "weights");
        this.options = Objects.requireNonNull(options, "options");
        this.network = FoldedNetwork.of(weights);
        this.wiring = new Wiring(network.variant(), network.blockLayout(), network.inputChannels());
    }

    /** Quantises by the activations on {@code images}. */
    public QuantizedNetwork quantize(CalibrationImages images) throws IOException {
        ChannelStatistics statistics = new ChannelStatistics();
        pass(network, statistics, images);
        FoldedNetwork equalised = Equalisation.apply(network, statistics);
        Map<String, Histogram> histograms = histograms(statistics);
        Map<String, String> names = scaleNames();
        FloatArithmetic.Observer values = (layer, outputs) -> {
            if (names.containsKey(layer)) {
                histograms.get(names.get(layer)).add(outputs);
            }
        };
        InputCovariances covariances = new InputCovariances(wiring.shapes(), network.classifier().inputs());
        pass(equalised, values.and(covariances), images);
        return build(equalised, statistics, histograms, covariances.roundings());
    }

    private void pass(FoldedNetwork observed, FloatArithmetic.Observer observer, CalibrationImages images)
            throws IOException {
        images.forEach(image -> {
            observer.observe(ShuffleNetV2.INPUT, image);
            wiring.run(image, new FloatArithmetic(observed, observer));
        });
    }

    /** The names of scales by the layers whose outputs have them. */
    private Map<String, String> scaleNames() {
        Map<String, String> names = new HashMap<>();
        wiring.shapes().forEach(shape -> names.put(shape.layer(), QuantizedNetwork.scaleName(shape)));
        names.put(ShuffleNetV2.INPUT, ShuffleNetV2.INPUT);
        names.put(ShuffleNetV2.POOL, ShuffleNetV2.POOL);
        return names;
    }

    /** Empty histograms of the ranges of all scales. */
    private Map<String, Histogram> histograms(ChannelStatistics statistics) {
        Map<String, float[]> ranges = new HashMap<>();
        scaleNames().forEach((layer, name) -> {
            ChannelStatistics.Channels channels = statistics.of(layer);
            float[] range = ranges.computeIfAbsent(name, absent -> new float[2]);
            for (int i = 0; i < channels.size(); i++) {
                range[0] = Math.min(range[0], channels.low(i));
                range[1] = Math.max(range[1], channels.high(i));
            }
        });
        Map<String, Histogram> histograms = new HashMap<>();
        ranges.forEach((name, range) -> histograms.put(name, new Histogram(range[0], range[1])));
        return histograms;
    }

    /** A channel's scale and mean. */
    private record Signal(Scale scale, double mean) {
    }

    private QuantizedNetwork build(FoldedNetwork equalised, ChannelStatistics statistics,
                                   Map<String, Histogram> histograms, Map<String, List<WeightRounding>> roundings) {
        Map<String, Scale> scales = new HashMap<>();
        histograms.forEach((name, histogram) -> scales.put(name, options.calibration().scale(histogram)));
        // Pixels have 256 values, and clipping them gains nothing.
        scales.put(ShuffleNetV2.INPUT, Calibration.MINMAX.scale(histograms.get(ShuffleNetV2.INPUT)));
        Map<String, QuantizedLayer> layers = new HashMap<>();
        wiring.run(signals(ShuffleNetV2.INPUT, scales.get(ShuffleNetV2.INPUT), statistics),
                new Wiring.Arithmetic<Signal>() {
            @Override
            public List<Signal> convolution(ConvolutionShape shape, List<Signal> inputs) {
                layers.put(shape.layer(), layer(equalised.convolutions().get(shape.layer()),
                        roundings.get(shape.layer()), inputs));
                return signals(shape.layer(), scales.get(QuantizedNetwork.scaleName(shape)), statistics);
            }

            @Override
            public List<Signal> maxPool(List<Signal> inputs) {
                return signals(ShuffleNetV2.MAXPOOL, inputs.get(0).scale, statistics);
            }

            @Override
            public void head(List<Signal> inputs) {
                layers.put(ShuffleNetV2.FC, layer(equalised.classifier(), roundings.get(ShuffleNetV2.FC),
                        signals(ShuffleNetV2.POOL, scales.get(ShuffleNetV2.POOL), statistics)));
            }
        });
        if (options.firstSingle()) {
            layers.remove(ShuffleNetV2.CONV1);
            scales.remove(ShuffleNetV2.INPUT);
        }
        if (options.lastSingle()) {
            layers.remove(ShuffleNetV2.FC);
            scales.remove(ShuffleNetV2.POOL);
        }
        return new QuantizedNetwork(weights.metadata(), equalised, layers, scales);
    }

    private static List<Signal> signals(String layer, Scale scale, ChannelStatistics statistics) {
        ChannelStatistics.Channels channels = statistics.of(layer);
        List<Signal> signals = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            signals.add(new Signal(scale, channels.mean(i)));
        }
        return signals;
    }

    /** Rounds a layer, with biases that take back what rounding adds to its outputs at the mean of its inputs. */
    private static QuantizedLayer layer(FoldedConvolution layer, List<WeightRounding> roundings, List<Signal> inputs) {
        QuantizedLayer quantized = QuantizedLayer.of(layer, inputs.get(0).scale, MAX_WEIGHT, roundings);
        int groups = roundings.size();
        int outputs = layer.bias().length;
        int each = layer.inputs();
        int channels = inputs.size() / groups;
        int window = each / channels;
        float[] bias = layer.bias().clone();
        for (int output = 0; output < outputs; output++) {
            int first = output / (outputs / groups) * channels;
            double shift = 0;
            for (int i = 0; i < each; i++) {
                double rounded = quantized.weights()[output * each + i] * (double) quantized.weightSteps()[output];
                shift += (rounded - layer.weights()[output * each + i]) * inputs.get(first + i / window).mean;
            }
            bias[output] -= (float) shift;
        }
        return quantized.withBias(bias);
    }
}
