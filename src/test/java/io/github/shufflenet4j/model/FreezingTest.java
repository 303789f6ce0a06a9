package io.github.shufflenet4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.updater.FusedGraphUpdater;

/** What is frozen stays to the bit, statistics too; everything else moves. By this library and by DL4J. */
class FreezingTest {

    private static final int CLASSES = 3;
    /** One that is not in the last place, so that something is above it and something below. */
    private static final Optional<NetworkPart> MIDDLE = Optional.of(NetworkPart.STAGE3);

    private static ShuffleNetV2.Builder builder() {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(CLASSES).inputShape(3, 64, 64)
                .updater(new Nesterovs(0.1, 0.9)).l2(0.01).normL2(0.01);
    }

    private static DataSet batch(long... shape) {
        Nd4j.getRandom().setSeed(5);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, shape[0], CLASSES);
        for (int i = 0; i < shape[0]; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return new DataSet(Nd4j.randn(DataType.FLOAT, shape), labels);
    }

    private static DataSet batch() {
        return batch(6, 3, 64, 64);
    }

    private static Map<String, INDArray> parameters(ComputationGraph network) {
        Map<String, INDArray> parameters = new LinkedHashMap<>();
        network.paramTable().forEach((key, array) -> parameters.put(key, array.dup()));
        return parameters;
    }

    /** Names of the parts whose parameters have all changed; those of the others must not have changed at all. */
    private static Set<String> moved(ComputationGraph network, Map<String, INDArray> before) {
        Set<String> moved = new TreeSet<>();
        Set<String> stayed = new TreeSet<>();
        network.paramTable().forEach((key, array) ->
                (array.equalsWithEps(before.get(key), 0) ? stayed : moved).add(key.replaceFirst("[._].*", "")));
        assertThat(stayed).noneMatch(moved::contains);
        return moved;
    }

    @ParameterizedTest
    @EnumSource
    void partsUpToTheLastFrozenOneStay(NetworkPart last) {
        ComputationGraph network = builder().build().init();
        Freezing.apply(network, Optional.of(last));
        Map<String, INDArray> before = parameters(network);
        network.fit(batch());
        network.fit(batch());
        List<String> all = List.of("conv1", "stage2", "stage3", "stage4", "conv5", "fc");
        assertThat(moved(network, before))
                .containsExactlyInAnyOrderElementsOf(all.subList(last.ordinal() + 1, all.size()));
        assertThat(Freezing.isFrozen(network, last == NetworkPart.CONV1 ? "conv1" : "stage2.0.branch1.depthwise"))
                .isTrue();
        assertThat(Freezing.isFrozen(network, "fc")).isFalse();
    }

    /** DL4J freezes by another configuration, and sums up gradients that this library leaves out. */
    @Test
    void theRestIsTrainedAsDl4jTrainsItAboveAFeatureExtractor() {
        ComputationGraph ours = builder().build().init();
        ComputationGraph theirs = new TransferLearning.GraphBuilder(builder().build().init())
                .setFeatureExtractor("stage3.7").build();
        assertThat(theirs.params()).isEqualTo(ours.params());
        Freezing.apply(ours, MIDDLE);
        for (int step = 0; step < 2; step++) {
            ours.fit(batch());
            theirs.fit(batch());
        }
        double moved = ours.params().sub(builder().build().init().params()).amaxNumber().doubleValue();
        assertThat(moved).isGreaterThan(0.1);
        assertThat(ours.params().sub(theirs.params()).amaxNumber().doubleValue()).isLessThan(1e-5 * moved);
    }

    @Test
    void thereIsNoGradientBelowTheLowestTrainedLayer() {
        ComputationGraph network = builder().build().init();
        Freezing.apply(network, MIDDLE);
        DataSet batch = batch();
        network.setInputs(batch.getFeatures());
        network.setLabels(batch.getLabels());
        network.computeGradientAndScore();
        assertThat(network.gradient().gradientForVariable().keySet())
                .allMatch(key -> key.startsWith("stage4") || key.startsWith("conv5") || key.startsWith("fc"))
                .contains("stage4.0.branch1.depthwise_W");
        network.feedForward(new INDArray[] {batch.getFeatures()}, true, false);
        assertThat(inputGradient(network, "stage4.0.branch1.depthwise", 64)).isNull();
        assertThat(inputGradient(network, "stage4.0.branch1.pointwise", 64)).isNotNull();
        Freezing.apply(network, Optional.empty());
        network.feedForward(new INDArray[] {batch.getFeatures()}, true, false);
        assertThat(inputGradient(network, "stage4.0.branch1.depthwise", 64)).isNotNull();
    }

    private static INDArray inputGradient(ComputationGraph network, String layer, int channels) {
        return network.getLayer(layer).backpropGradient(Nd4j.ones(DataType.FLOAT, 6, channels, 2, 2),
                LayerWorkspaceMgr.noWorkspaces()).getSecond();
    }

    @Test
    void frozenLayersNormaliseByTheirStatisticsInTraining() {
        ComputationGraph network = builder().build().init();
        INDArray image = batch().getFeatures();
        INDArray expected = network.feedForward(image, false).get("stage3.7").dup();
        assertThat(network.feedForward(image, true).get("stage3.7")).isNotEqualTo(expected);
        Freezing.apply(network, MIDDLE);
        assertThat(network.feedForward(image, true).get("stage3.7")).isEqualTo(expected);
    }

    /** With velocities that would carry the parameters on. */
    @Test
    void itChangesDuringTraining() {
        ComputationGraph network = builder().build().init();
        network.fit(batch());
        Freezing.apply(network, MIDDLE);
        Map<String, INDArray> before = parameters(network);
        network.fit(batch());
        assertThat(moved(network, before)).containsExactly("conv5", "fc", "stage4");
        Freezing.apply(network, Optional.empty());
        before = parameters(network);
        network.fit(batch());
        assertThat(moved(network, before)).hasSize(6);

        ComputationGraph never = builder().build().init();
        ComputationGraph thawed = builder().build().init();
        Freezing.apply(thawed, MIDDLE);
        Freezing.apply(thawed, Optional.empty());
        never.fit(batch());
        thawed.fit(batch());
        assertThat(thawed.params().equalsWithEps(never.params(), 0)).isTrue();
    }

    @Test
    void aSavedNetworkKnowsNothingOfIt() throws IOException {
        ComputationGraph network = builder().build().init();
        String configuration = network.getConfiguration().toJson();
        INDArray state = network.getUpdater().getStateViewArray();
        Freezing.apply(network, MIDDLE);
        assertThat(network.getConfiguration().toJson()).isEqualTo(configuration);
        network.fit(batch());
        ComputationGraph restored = RoundTrips.saveAndLoad(network);
        assertThat(Freezing.isFrozen(restored, "conv1")).isFalse();
        assertThat(restored.getUpdater().getStateViewArray().shape()).isEqualTo(state.shape());
        FusedGraphUpdater.install(restored);
        Freezing.apply(restored, MIDDLE);
        network.fit(batch());
        restored.fit(batch());
        assertThat(restored.params().equalsWithEps(network.params(), 0)).isTrue();
    }

    /** With ND4J's operations and DL4J's updater. */
    @Test
    void itHoldsInAnyDataTypeAndFormat() {
        ComputationGraph network = builder().dataType(DataType.DOUBLE).dataFormat(CNN2DFormat.NHWC).build().init();
        network.fit(batch(6, 64, 64, 3));
        Freezing.apply(network, MIDDLE);
        Map<String, INDArray> before = parameters(network);
        network.fit(batch(6, 64, 64, 3));
        assertThat(moved(network, before)).containsExactly("conv5", "fc", "stage4");
    }

    /** A new classifier by DL4J's own means, in both of its ways. */
    @Test
    void transferLearningReplacesTheClassifierOfAFrozenNetwork() {
        ComputationGraph source = builder().numClasses(7).build().init();
        ComputationGraph added = new TransferLearning.GraphBuilder(source).setFeatureExtractor("conv5")
                .removeVertexAndConnections("fc")
                .addLayer("mine", new OutputLayer.Builder().nIn(512).nOut(CLASSES).activation(Activation.SOFTMAX)
                        .updater(new Nesterovs(0.1, 0.9)).build(), "pool")
                .setOutputs("mine").build();
        ComputationGraph replaced = new TransferLearning.GraphBuilder(source).setFeatureExtractor("conv5")
                .nOutReplace("fc", CLASSES, WeightInit.XAVIER).build();
        for (ComputationGraph network : List.of(added, replaced)) {
            FusedGraphUpdater.install(network);
            INDArray image = batch().getFeatures();
            INDArray expected = network.feedForward(image, false).get("conv5").dup();
            assertThat(network.feedForward(image, true).get("conv5")).isEqualTo(expected);
            Map<String, INDArray> before = parameters(network);
            network.fit(batch());
            Freezing.apply(network, Optional.empty()); // which thaws nothing that is frozen in the configuration
            network.fit(batch());
            assertThat(moved(network, before)).containsExactly(network == added ? "mine" : "fc");
            for (Layer layer : source.getLayers()) {
                String name = layer.conf().getLayer().getLayerName();
                if (!name.equals("fc")) {
                    assertThat(network.getLayer(name).params()).as(name).isEqualTo(layer.params());
                }
            }
        }
    }

    @Test
    void partsHaveTheNamesOfTheirOutputs() {
        assertThat(NetworkPart.of("stage3")).isEqualTo(NetworkPart.STAGE3);
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkPart.of("stage5"))
                .withMessageContaining("stage5").withMessageContaining("conv1, stage2, stage3, stage4, conv5");
        assertThat(NetworkPart.ofVertex("maxpool")).contains(NetworkPart.CONV1);
        assertThat(NetworkPart.ofVertex("stage2.0.branch1.depthwise")).contains(NetworkPart.STAGE2);
        assertThat(NetworkPart.ofVertex("pool")).contains(NetworkPart.CONV5);
        assertThat(NetworkPart.ofVertex("fc")).isEmpty();
    }
}
