package io.github.shufflenet4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ShuffleNetV2Extended;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.Networks;

/** Models move between this library's kernels and ND4J's operations, which run on GPUs. */
class ExecutorSwitchTest {

    private static final int CLASSES = 4;

    @AfterEach
    void restore() {
        System.clearProperty(CpuArrays.EXECUTOR_PROPERTY);
    }

    @ParameterizedTest(name = "from {0} to {1}")
    @CsvSource({"kernels, nd4j", "nd4j, kernels"})
    void aModelFileMovesBetweenExecutors(String from, String to) throws IOException {
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, from);
        ComputationGraph network =
                RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES).network();
        DataSet images = images();
        network.fit(images); // leaves velocity in the updater

        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, to);
        ComputationGraph moved = RoundTrips.saveAndLoad(network);
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, from);
        ComputationGraph stayed = RoundTrips.saveAndLoad(network);
        assertThat(moved.params()).isEqualTo(stayed.params());
        assertThat(moved.getConfiguration().toJson()).isEqualTo(stayed.getConfiguration().toJson());
        assertThat(difference(output(moved, to, images), output(stayed, from, images))).isBetween(1e-12, 1e-5);

        fit(moved, to, images);
        fit(stayed, from, images);
        assertThat(moved.score()).isCloseTo(stayed.score(), Offset.offset(1e-4));
        assertThat(moved.getIterationCount()).isEqualTo(2);
        // Where rounding decides on a ReLU or the winner of a maximum, single gradients differ by much more than that.
        // So norms of the steps are compared, not their elements.
        double step = stayed.params().sub(network.params()).norm2Number().doubleValue();
        double difference = moved.params().sub(stayed.params()).norm2Number().doubleValue();
        assertThat(step).isGreaterThan(0.01);
        assertThat(difference / step).isLessThan(0.05);
    }

    static Stream<Architecture> networks() {
        // The one with 164 layers takes as long as all others, and has no unit of its own.
        return Networks.all().stream().filter(network -> network != ShuffleNetV2Extended.SE_LAYERS_164);
    }

    /** All networks, with all kinds of layers. */
    @ParameterizedTest
    @MethodSource("networks")
    void executorsAgreeOnAllNetworks(Architecture architecture) {
        ImageModel model = ZooNetwork.builder(architecture).numClasses(CLASSES).inputShape(3, 64, 64).build();
        ComputationGraph kernels = built(model, "kernels");
        ComputationGraph nd4j = built(model, "nd4j");
        nd4j.params().assign(kernels.params());
        Nd4j.getRandom().setSeed(5);
        INDArray images = Nd4j.randn(DataType.FLOAT, 2, 3, 64, 64);

        Map<String, INDArray> expected = nd4j.feedForward(images, false);
        kernels.feedForward(images, false).forEach((vertex, activations) -> {
            // Activations shrink from layer to layer in an untrained network.
            double scale = expected.get(vertex).amaxNumber().doubleValue();
            assertThat(scale).as(vertex).isPositive();
            assertThat(difference(activations, expected.get(vertex)) / scale).as(vertex).isLessThan(1e-3);
        });
    }

    private static ComputationGraph built(ImageModel model, String executor) {
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, executor);
        ComputationGraph network = new ComputationGraph(model.graphBuilder().build());
        network.init();
        return network;
    }

    private static INDArray output(ComputationGraph network, String executor, DataSet images) {
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, executor);
        return network.outputSingle(images.getFeatures());
    }

    private static void fit(ComputationGraph network, String executor, DataSet images) {
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, executor);
        network.fit(images);
    }

    private static double difference(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    private static DataSet images() {
        Nd4j.getRandom().setSeed(3);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, CLASSES);
        for (int i = 0; i < 8; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return new DataSet(Nd4j.randn(DataType.FLOAT, 8, 3, 64, 64), labels);
    }
}
