package io.github.shufflenet4j.model.reuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.UnitShape;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.comparison.DenseNet;
import io.github.shufflenet4j.model.comparison.MobileNetV1;
import io.github.shufflenet4j.model.comparison.ShuffleNetV1;
import io.github.shufflenet4j.model.comparison.ShuffleNetV2Split;

class FeatureReuseTest {

    private static final int SIZE = 32;

    static Stream<Arguments> widthsAndLayouts() {
        return Arrays.stream(ShuffleNetV2Variant.values()).flatMap(variant -> Arrays.stream(BlockLayout.values())
                .filter(variant::supports).map(layout -> Arguments.of(variant, layout)));
    }

    private static ShuffleNetV2 model(ShuffleNetV2Variant variant, BlockLayout layout) {
        return ShuffleNetV2.builder().variant(variant).blockLayout(layout).numClasses(2).inputShape(3, SIZE, SIZE)
                .build();
    }

    /**
     * Lets every convolution give a number of its own in each channel, and reads in the running network which of them
     * arrive at each unit.
     */
    @ParameterizedTest
    @MethodSource("widthsAndLayouts")
    void connectionsAreThoseOfMarkedChannels(ShuffleNetV2Variant variant, BlockLayout layout) {
        ShuffleNetV2 model = model(variant, layout);
        ComputationGraph network = model.init();
        Map<Integer, String> blockOfMark = new HashMap<>();
        for (Layer layer : network.getLayers()) {
            if (layer.paramTable().containsKey("beta")) {
                INDArray beta = layer.getParam("beta");
                for (int channel = 0; channel < beta.length(); channel++) {
                    String name = layer.conf().getLayer().getLayerName();
                    int mark = blockOfMark.size() + 1;
                    // Pooling lets marks pass, but is a block of its own.
                    blockOfMark.put(mark, name.equals("conv1") ? "maxpool" : name.replaceFirst("\\.branch.*", ""));
                    beta.putScalar(channel, mark);
                }
                layer.getParam("gamma").assign(0);
            }
        }
        Map<String, INDArray> activations =
                network.feedForward(Nd4j.rand(DataType.FLOAT, 1, 3, SIZE, SIZE), false);
        List<String> units = new ArrayList<>(List.of("maxpool"));
        variant.units(layout).stream().map(UnitShape::name).forEach(units::add);
        units.add("conv5");
        List<Set<Integer>> arriving = new ArrayList<>();
        arriving.add(Set.of());
        for (int unit = 1; unit < units.size(); unit++) {
            INDArray input = activations.get(units.get(unit - 1));
            Set<Integer> marks = new HashSet<>();
            for (int channel = 0; channel < input.size(1); channel++) {
                marks.add(input.getInt(0, channel, 0, 0));
            }
            assertThat(marks).hasSize((int) input.size(1));
            arriving.add(marks);
        }

        FeatureReuse reuse = FeatureReuse.of("", model.graphBuilder().build(), model.inputType());
        assertThat(reuse.blocks().subList(1, reuse.blocks().size())).isEqualTo(units);
        for (int target = 1; target < units.size(); target++) {
            Set<Integer> marks = arriving.get(target);
            assertThat(reuse.channels(target + 1)).isEqualTo(marks.size());
            for (int source = 0; source < target; source++) {
                String name = units.get(source);
                long direct = marks.stream().filter(mark -> blockOfMark.get(mark).equals(name)).count();
                assertThat(reuse.direct(target + 1, source + 1)).as("%s from %s", units.get(target), name)
                        .isEqualTo((double) direct / marks.size());
                Set<Integer> common = new HashSet<>(marks);
                common.retainAll(arriving.get(source));
                if (source > 0) {
                    assertThat(reuse.common(target + 1, source + 1)).as("%s with %s", units.get(target), name)
                            .isEqualTo((double) common.size() / marks.size());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("widthsAndLayouts")
    void reuseFallsByHalfFromBlockToBlock(ShuffleNetV2Variant variant, BlockLayout layout) {
        ShuffleNetV2 model = model(variant, layout);
        FeatureReuse reuse = FeatureReuse.of("", model.graphBuilder().build(), model.inputType());
        assertThat(reuse.concatenates()).isTrue();
        assertThat(reuse.fittedRate()).isCloseTo(0.5, within(0.01));
        for (int target = 1; target < reuse.blocks().size(); target++) {
            String name = reuse.blocks().get(target);
            assertThat(reuse.passed(target)).as(name).isEqualTo(name.matches("stage\\d\\.[1-9]") ? 0.5 : 0);
            double sum = 0;
            for (int source = 0; source < target; source++) {
                double theory = reuse.theory(target, source);
                sum += reuse.direct(target, source);
                // A channel cannot be divided: each shuffle may round by one.
                assertThat(reuse.common(target, source)).as("%s with %s", name, reuse.blocks().get(source))
                        .isCloseTo(theory, within(1.0 / reuse.channels(target)));
            }
            assertThat(sum).as(name).isCloseTo(1, within(1e-12));
        }
        assertThat(reuse.decay().get(0)).satisfies(row -> {
            assertThat(row.distance()).isEqualTo(1);
            assertThat(row.pairs()).isEqualTo(13); // stages of 4, 8 and 4 units, each but the first passing channels
            assertThat(row.common()).isEqualTo(0.5);
            assertThat(row.theory()).isEqualTo(0.5);
        });
        assertThat(reuse.decay().get(1).theory()).isEqualTo(0.25);
        assertThat(reuse.weights()).isEmpty();
    }

    /** With another share of channels that pass, reuse falls at that rate. */
    @ParameterizedTest
    @EnumSource
    void reuseFallsAtTheRateOfTheSplit(ShuffleNetV2Split split) {
        ImageModel model = ZooNetwork.builder(split).inputShape(3, SIZE, SIZE).build();
        FeatureReuse reuse = FeatureReuse.of("", model.graphBuilder().build(), model.inputType());
        if (split.share() == 0) {
            assertThat(reuse.concatenates()).isFalse();
            return;
        }
        assertThat(reuse.fittedRate()).isCloseTo(split.share(), within(0.01));
        for (int target = 1; target < reuse.blocks().size(); target++) {
            for (int source = 0; source < target; source++) {
                // A shuffle in four groups rounds four times.
                assertThat(reuse.common(target, source)).isCloseTo(reuse.theory(target, source),
                        within(4.0 / reuse.channels(target)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DENSENET_121", "SMALL_42M"})
    void denseLayersPassEverything(DenseNet network) {
        ImageModel model = ZooNetwork.builder(network).inputShape(3, SIZE, SIZE).build();
        FeatureReuse reuse = FeatureReuse.of("", model.graphBuilder().build(), model.inputType());
        int last = reuse.blocks().indexOf("denseblock2." + "denselayer" + network.layers().get(1));
        int first = reuse.blocks().indexOf("denseblock2.denselayer1");
        for (int source = first; source < last; source++) {
            assertThat(reuse.direct(last, source) * reuse.channels(last))
                    .isCloseTo(network.growth(), within(1e-9));
            assertThat(reuse.common(last, source))
                    .isEqualTo((double) reuse.channels(source) / reuse.channels(last));
            assertThat(reuse.theory(last, source)).isCloseTo(reuse.common(last, source), within(1e-12));
        }
        assertThat(reuse.direct(last, first - 2)).isZero();
        assertThat(reuse.common(last, first - 2)).isZero();
    }

    @Test
    void chainsPassNothingAndAveragingIsNoCopy() {
        for (var network : List.of(MobileNetV1.X0_25, ShuffleNetV1.G3_X0_5)) {
            ImageModel model = ZooNetwork.builder(network).build();
            FeatureReuse reuse = FeatureReuse.of("", model.graphBuilder().build(), model.inputType());
            assertThat(reuse.concatenates()).isFalse();
            assertThat(reuse.decay()).isEmpty();
            assertThat(reuse.fittedRate()).isNaN();
            for (int target = 1; target < reuse.blocks().size(); target++) {
                assertThat(reuse.direct(target, target - 1)).isEqualTo(1);
            }
        }
    }

    /** Weights of one size on the first dense layer's channels, of another on the second's. */
    @Test
    void weightsAreMeansOverTheChannelsOfASource() {
        ImageModel model = ZooNetwork.builder(DenseNet.SMALL_42M).numClasses(2).inputShape(3, SIZE, SIZE).build();
        ComputationGraph network = model.init();
        INDArray weight = network.getLayer("denseblock1.denselayer3.conv1").getParam("W");
        for (int input = 0; input < weight.size(1); input++) {
            // Channels 0 to 19 are the transition's, the next ten the first layer's, the last ten the second's.
            double value = input < 20 ? 0.5 : input < 30 ? -2 : 3;
            for (int output = 0; output < weight.size(0); output++) {
                weight.putScalar(new int[] {output, input, 0, 0}, output % 2 == 0 ? value : -value);
            }
        }
        FeatureReuse reuse = FeatureReuse.of("", network, model.inputType());
        double[][] weights = reuse.weights().orElseThrow();
        List<String> blocks = reuse.blocks();
        double[] third = weights[blocks.indexOf("denseblock1.denselayer3")];
        assertThat(third[blocks.indexOf("transition0")]).isCloseTo(0.5, within(1e-6));
        assertThat(third[blocks.indexOf("denseblock1.denselayer1")]).isCloseTo(2, within(1e-6));
        assertThat(third[blocks.indexOf("denseblock1.denselayer2")]).isCloseTo(3, within(1e-6));
        assertThat(third[blocks.indexOf("conv0")]).isNaN();
        assertThat(third[blocks.indexOf("denseblock1.denselayer3")]).isNaN();
    }

    /** Of a unit's input, the main branch reads every second channel in the authors' layout. */
    @ParameterizedTest
    @EnumSource(BlockLayout.class)
    void weightsOfShuffleNetV2AreThoseOnTheMainBranchsInput(BlockLayout layout) {
        ShuffleNetV2 model = model(ShuffleNetV2Variant.X0_5, layout);
        ComputationGraph network = model.init();
        INDArray weight = network.getLayer("stage2.1.branch2.pointwise1").getParam("W");
        FeatureReuse reuse = FeatureReuse.of("", network, model.inputType());
        double[] means = reuse.weights().orElseThrow()[reuse.blocks().indexOf("stage2.1")];
        assertThat(means[reuse.blocks().indexOf("stage2.0")])
                .isCloseTo(weight.ameanNumber().doubleValue(), within(1e-6));
        assertThat(means[reuse.blocks().indexOf("maxpool")]).isNaN();
    }

    @Test
    void aSingleBlockIsRefused() {
        var graph = new NeuralNetConfiguration.Builder().graphBuilder().addInputs("in")
                .setInputTypes(InputType.feedForward(3))
                .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "in").setOutputs("out").build();
        assertThatIllegalArgumentException().isThrownBy(() ->
                FeatureReuse.of("perceptron", graph, InputType.feedForward(3))).withMessageContaining("perceptron");
    }
}
