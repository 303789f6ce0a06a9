package io.github.shufflenet4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** A model saved where the kernels compute, and loaded where ND4J's operations do, as on a GPU; and the other way. */
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
        assertThat(difference(moved.params(), network.params())).isGreaterThan(1e-3);
        assertThat(difference(moved.params(), stayed.params())).isLessThan(1e-3);
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
