package io.github.shufflenet4j.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelWeights;

class EqualisationTest {

    private static final int CLASSES = 10;

    /** The same logits before and after, and those of prediction; statistics as if measured again. */
    @ParameterizedTest
    @EnumSource
    void rangesBecomeAlikeAndTheFunctionStays(BlockLayout layout) {
        ModelWeights weights = ModelWeights.of(RandomModels.of(ShuffleNetV2Variant.X0_5, layout, CLASSES));
        float[] image = new float[weights.metadata().preprocessing().length()];
        Random random = new Random(5);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextGaussian();
        }
        float[] expected = new float[CLASSES];
        try (ImageClassifier classifier = ImageClassifier.of(weights)) {
            classifier.logits(image, 1, expected);
        }
        FoldedNetwork network = FoldedNetwork.of(weights);
        List<Plane> planes = Plane.image(image, 0, weights.metadata().preprocessing());
        ChannelStatistics statistics = new ChannelStatistics();
        assertThat(logits(network, planes, statistics)).containsExactly(expected, within(1e-3f));

        ChannelStatistics original = new ChannelStatistics();
        logits(network, planes, original);
        FoldedNetwork equalised = Equalisation.apply(network, statistics);
        ChannelStatistics again = new ChannelStatistics();
        assertThat(logits(equalised, planes, again)).containsExactly(expected, within(1e-3f));
        List<String> layers = new ArrayList<>(List.of(ShuffleNetV2.MAXPOOL, ShuffleNetV2.POOL));
        for (ConvolutionShape shape : wiring(network).shapes()) {
            layers.add(shape.layer());
            ChannelStatistics.Channels channels = again.of(shape.layer());
            double before = spread(original.of(shape.layer()), shape.relu());
            assertThat(spread(channels, shape.relu())).as(shape.layer())
                    .isCloseTo(Math.pow(before, 0.25), withinPercentage(1));
            for (int i = 0; i < channels.size() && !shape.relu(); i++) { // moved to the middle
                assertThat(channels.high(i) + channels.low(i)).as("%s %d", shape.layer(), i)
                        .isCloseTo(0, within(0.01f * channels.high(i) + 1e-5f));
            }
        }
        for (String layer : layers) {
            for (int i = 0; i < again.of(layer).size(); i++) {
                float scale = 1e-3f * (1 + Math.abs(again.of(layer).high(i)));
                assertThat(statistics.of(layer).high(i)).as("%s %d", layer, i)
                        .isCloseTo(again.of(layer).high(i), within(scale));
                assertThat(statistics.of(layer).mean(i)).as("%s %d", layer, i)
                        .isCloseTo(again.of(layer).mean(i), within((double) scale));
            }
        }
    }

    /** The largest range by the median one. */
    private static double spread(ChannelStatistics.Channels channels, boolean relu) {
        double[] widths = IntStream.range(0, channels.size())
                .mapToDouble(i -> channels.high(i) - (relu ? 0 : channels.low(i))).filter(width -> width > 0).sorted()
                .toArray();
        return widths[widths.length - 1] / widths[widths.length / 2];
    }

    private static Wiring wiring(FoldedNetwork network) {
        return new Wiring(network.variant(), network.blockLayout(), network.inputChannels());
    }

    private static float[] logits(FoldedNetwork network, List<Plane> image, ChannelStatistics statistics) {
        float[] logits = network.classifier().bias().clone();
        wiring(network).run(image, new FloatArithmetic(network, (layer, outputs) -> {
            statistics.observe(layer, outputs);
            if (layer.equals(ShuffleNetV2.POOL)) {
                for (int i = 0; i < outputs.size(); i++) {
                    for (int c = 0; c < CLASSES; c++) {
                        logits[c] += network.classifier().weights()[c * outputs.size() + i]
                                * outputs.get(i).values()[0];
                    }
                }
            }
        }));
        return logits;
    }
}
