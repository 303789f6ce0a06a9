package io.github.shufflenet4j.model.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.layer.MaxPooling;
import io.github.shufflenet4j.layer.NormActivation;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

class NetworkSummaryTest {

    private static final CNN2DFormat FORMAT = CNN2DFormat.NCHW;

    /** Eight planes of 6x4 pixels through every kind of vertex; the costs below are worked out by hand. */
    private static NetworkSummary small() {
        GraphBuilder graph = graph(6, 4, 8)
                .addLayer("pointwise", new ConvNormActivation.Builder(1).nOut(12).build(), "input")
                .addLayer("grouped", new ConvNormActivation.Builder(1).groups(4).nOut(8).build(), "pointwise")
                .addLayer("depthwise", new ConvNormActivation.Builder(3).groups(8).nOut(8).build(), "grouped")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "depthwise", "grouped")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
                .addVertex("left", new ChannelSplitVertex(0, 4, FORMAT), "relu")
                .addVertex("right", new ChannelSplitVertex(4, 8, FORMAT), "relu")
                .addLayer("full", new ConvNormActivation.Builder(3).nOut(4).build(), "right")
                .addVertex("shuffle", new ChannelShuffleVertex(2, FORMAT), "left", "full")
                .addLayer("max", new MaxPooling(FORMAT), "shuffle")
                .addVertex("join", new MergeVertex(), "max", "max")
                .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "join")
                .addLayer("fc", new OutputLayer.Builder().nOut(5).activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("fc");
        return summary(graph, 6, 4, 8);
    }

    private static GraphBuilder graph(int height, int width, int channels) {
        return new NeuralNetConfiguration.Builder().graphBuilder().addInputs("input")
                .setInputTypes(InputType.convolutional(height, width, channels));
    }

    private static NetworkSummary summary(GraphBuilder graph, int height, int width, int channels) {
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        return NetworkSummary.of(network, InputType.convolutional(height, width, channels));
    }

    private static Map<String, Cost> costs(NetworkSummary summary) {
        return summary.rows().stream().collect(
                Collectors.toMap(NetworkSummary.Row::name, NetworkSummary.Row::cost));
    }

    @Test
    void costsOfEveryKindOfVertexAreThoseByHand() {
        Map<String, Cost> costs = costs(small());
        // hw (c1 + c2) + c1 c2
        assertThat(costs.get("pointwise")).isEqualTo(new Cost(8 * 12 + 24, 24, 24 * 96, 96, 24 * 8, 24 * 12));
        assertThat(costs.get("pointwise").memoryAccess()).isEqualTo(24 * (8 + 12) + 8 * 12);
        // hw (c1 + c2) + c1 c2 / g
        assertThat(costs.get("grouped")).isEqualTo(new Cost(24 + 16, 16, 24 * 24, 24, 24 * 12, 24 * 8));
        assertThat(costs.get("grouped").memoryAccess()).isEqualTo(24 * (12 + 8) + 12 * 8 / 4);
        assertThat(costs.get("depthwise")).isEqualTo(new Cost(72 + 16, 16, 24 * 72, 72, 24 * 8, 24 * 8));
        assertThat(costs.get("sum")).isEqualTo(new Cost(0, 0, 0, 0, 2 * 24 * 8, 24 * 8));
        assertThat(costs.get("relu")).isEqualTo(new Cost(0, 0, 0, 0, 24 * 8, 24 * 8));
        assertThat(costs.get("left")).isEqualTo(Cost.NONE);
        assertThat(costs.get("full")).isEqualTo(new Cost(144 + 8, 8, 24 * 144, 144, 24 * 4, 24 * 4));
        assertThat(costs.get("shuffle")).isEqualTo(new Cost(0, 0, 0, 0, 24 * 8, 24 * 8));
        assertThat(costs.get("max")).isEqualTo(new Cost(0, 0, 0, 0, 24 * 8, 6 * 8));
        assertThat(costs.get("join")).isEqualTo(new Cost(0, 0, 0, 0, 2 * 6 * 8, 6 * 16));
        assertThat(costs.get("pool")).isEqualTo(new Cost(0, 0, 0, 0, 6 * 16, 16));
        assertThat(costs.get("fc")).isEqualTo(new Cost(80 + 5, 0, 80, 80, 16, 5));
    }

    /** Of a dense layer, as in DenseNet. */
    @Test
    void batchNormAndConvolutionCountByThemselves() {
        NetworkSummary summary = summary(graph(6, 4, 8)
                .addLayer("layer.norm", new NormActivation.Builder().build(), "input")
                .addLayer("layer.conv", new ConvNormActivation.Builder(3).nOut(4).batchNorm(false).build(),
                        "layer.norm")
                .addVertex("layer", new ChannelShuffleVertex(1, FORMAT), "input", "layer.conv")
                .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "layer")
                .addLayer("fc", new OutputLayer.Builder().nOut(5).activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("fc"), 6, 4, 8);
        Map<String, Cost> costs = costs(summary);
        assertThat(costs.get("layer.norm")).isEqualTo(new Cost(16, 16, 0, 0, 24 * 8, 24 * 8));
        assertThat(costs.get("layer.conv")).isEqualTo(new Cost(288, 0, 24 * 288, 288, 24 * 8, 24 * 4));
        assertThat(costs.get("layer")).isEqualTo(new Cost(0, 0, 0, 0, 24 * 12, 24 * 12));
        assertThat(summary.fragmentation()).isEqualTo(1);
    }

    @Test
    void totalsAreSums() {
        NetworkSummary summary = small();
        assertThat(summary.total()).isEqualTo(
                summary.rows().stream().map(NetworkSummary.Row::cost).reduce(Cost.NONE, Cost::plus));
        assertThat(summary.macs()).isEqualTo(24 * (96 + 24 + 72 + 144) + 80);
    }

    /** Sum and what it reads are three arrays of eight channels; the first convolution has 8 + 12. */
    @Test
    void activationsLiveUntilTheirLastReader() {
        assertThat(small().peakActivations()).isEqualTo(24 * 24);
    }

    @Test
    void stockLayersCountAsWell() {
        NetworkSummary summary = summary(graph(6, 4, 8)
                .addLayer("conv", new ConvolutionLayer.Builder(1, 1).nOut(12).build(), "input")
                .addLayer("norm", new BatchNormalization.Builder().build(), "conv")
                .addLayer("depthwise", new DepthwiseConvolution2D.Builder(3, 3).padding(1, 1).hasBias(false).build(),
                        "norm")
                .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "depthwise")
                .addLayer("fc", new OutputLayer.Builder().nOut(5).activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("fc"), 6, 4, 8);
        assertThat(costs(summary).get("conv")).isEqualTo(new Cost(96 + 12, 0, 24 * 96, 96, 24 * 8, 24 * 12));
        assertThat(costs(summary).get("norm")).isEqualTo(new Cost(24, 24, 0, 0, 24 * 12, 24 * 12));
        assertThat(costs(summary).get("depthwise")).isEqualTo(new Cost(108, 0, 24 * 108, 108, 24 * 12, 24 * 12));
    }

    @ParameterizedTest
    @EnumSource(BlockLayout.class)
    void fragmentsAreTheConvolutionsAndPoolingsOfAUnit(BlockLayout layout) {
        NetworkSummary summary = NetworkSummary.of(
                ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).blockLayout(layout).build().init(),
                InputType.convolutional(224, 224, 3));
        Map<String, Integer> fragments = summary.rows().stream().collect(
                Collectors.toMap(NetworkSummary.Row::name, NetworkSummary.Row::fragmentation));
        assertThat(fragments).containsEntry("conv1", 1).containsEntry("maxpool", 1).containsEntry("fc", 0)
                .containsEntry("stage2.0", 5).containsEntry("stage2.0.branch1.depthwise", 5)
                .containsEntry("stage2.1", 3).containsEntry("stage2.1.branch2.pointwise2", 3);
        assertThat(summary.fragmentation()).isEqualTo(5);
    }

    @Test
    void intensityIsOperationsByBytes() {
        Cost cost = Cost.convolution(56 * 56, 32, 64, 1, 1);
        assertThat(cost.memoryAccess()).isEqualTo(3136 * 96 + 32 * 64);
        assertThat(cost.intensity()).isEqualTo(2.0 * 3136 * 2048 / (4.0 * (3136 * 96 + 2048)), within(1e-12));
        assertThat(Cost.NONE.intensity()).isZero();
    }

    /** Equality in the bound where c1 = c2. */
    @Test
    void boundAgreesWithCounts() {
        Function<Cost, Double> least = cost -> Cost.minimumMemoryAccess(3136, cost.macs());
        Cost even = Cost.convolution(3136, 64, 64, 1, 1);
        assertThat(least.apply(even)).isEqualTo(even.memoryAccess(), within(1e-6));
        Cost uneven = Cost.convolution(3136, 32, 128, 1, 1);
        assertThat(uneven.macs()).isEqualTo(even.macs());
        assertThat(least.apply(uneven)).isLessThan(uneven.memoryAccess());
    }
}
