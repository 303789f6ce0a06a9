package io.github.shufflenet4j.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

class LinkedStepsTest {

    private static final int STEPS = 3;

    /** Looks at activations, which are arrays then. */
    private static final class Observer extends BaseTrainingListener {

        private final Map<String, INDArray> seen = new HashMap<>();

        @Override
        public void onForwardPass(Model model, Map<String, INDArray> activations) {
            activations.forEach((name, array) -> seen.put(name, array.detach()));
        }
    }

    /** Looks at scores only. */
    private static final class Scores extends BaseTrainingListener {
        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            assertThat(model.score()).isFinite();
        }
    }

    private static ComputationGraph network(ShuffleNetV2Variant variant, BlockLayout layout, int height, int width) {
        return ShuffleNetV2.builder().variant(variant).blockLayout(layout).numClasses(3).inputShape(3, height, width)
                .updater(new Nesterovs(0.05, 0.9)).l2(0.01).seed(3).build().init();
    }

    private static DataSet batch(int images, int height, int width) {
        Nd4j.getRandom().setSeed(5);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, images, 3);
        for (int i = 0; i < images; i++) {
            labels.putScalar(i, i % 3, 1);
        }
        return new DataSet(Nd4j.randn(DataType.FLOAT, images, 3, height, width), labels);
    }

    private static void assertSame(ComputationGraph actual, ComputationGraph expected) {
        assertThat(actual.score()).isEqualTo(expected.score());
        assertThat(actual.params().equalsWithEps(expected.params(), 0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"X0_25, TORCHVISION, 64, 64, 6", "X0_5, MEGVII, 96, 64, 5", "X1_0, TORCHVISION, 33, 47, 2",
        "X0_5, TORCHVISION, 224, 224, 9"})
    void linksChangeNoBit(ShuffleNetV2Variant variant, BlockLayout layout, int height, int width, int images) {
        ComputationGraph arrays = network(variant, layout, height, width);
        arrays.setListeners(new Observer());
        ComputationGraph linked = network(variant, layout, height, width);
        linked.setListeners(new Scores());
        for (int step = 0; step < STEPS; step++) {
            // Of other sizes as well: memory is used again.
            DataSet batch = batch(step == 1 ? images - 1 : images, height, width);
            arrays.fit(batch);
            linked.fit(batch);
            assertSame(linked, arrays);
        }
        assertThat(linked.outputSingle(batch(2, height, width).getFeatures()))
                .isEqualTo(arrays.outputSingle(batch(2, height, width).getFeatures()));
    }

    @Test
    void linksChangeNoBitWhereLayersAreFrozen() {
        ComputationGraph arrays = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        ComputationGraph linked = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        arrays.setListeners(new Observer());
        for (NetworkPart last : List.of(NetworkPart.CONV5, NetworkPart.STAGE3, NetworkPart.CONV1)) {
            for (ComputationGraph network : List.of(arrays, linked)) {
                Freezing.apply(network, Optional.of(last));
                network.fit(batch(4, 64, 64));
            }
            assertSame(linked, arrays);
        }
        Freezing.apply(linked, Optional.empty());
        assertThat(LinkedSteps.of(linked.getVertices()).isOf(linked.getVertices())).isTrue();
        LinkedSteps thawed = LinkedSteps.of(linked.getVertices());
        Freezing.apply(linked, Optional.of(NetworkPart.STAGE2));
        assertThat(thawed.isOf(linked.getVertices())).as("links are made anew").isFalse();
    }

    /** DL4J's pooling takes them, and its input. */
    @Test
    void masksNeedArrays() {
        ComputationGraph arrays = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        arrays.setListeners(new Observer());
        ComputationGraph masked = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        DataSet batch = batch(4, 64, 64);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 1, 2, 2);
        mask.putScalar(1, 0, 1, 1, 0);
        for (ComputationGraph network : List.of(arrays, masked)) {
            network.fit(new DataSet(batch.getFeatures(), batch.getLabels(), mask.dup(), null));
        }
        assertSame(masked, arrays);
    }

    @Test
    void onlyOutputsThatOthersReadAreArrays() {
        ComputationGraph network = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        Set<Integer> linked = LinkedSteps.of(network.getVertices()).linkedOutputs();
        assertThat(Arrays.stream(network.getVertices()).filter(vertex -> !linked.contains(vertex.getVertexIndex()))
                .map(GraphVertex::getVertexName)).containsExactlyInAnyOrder("input", "pool", "fc");
    }

    @Test
    void anObserverSeesActivations() {
        ComputationGraph network = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        Observer observer = new Observer();
        network.setListeners(new Scores(), observer);
        network.fit(batch(4, 64, 64));
        INDArray first = observer.seen.get("conv1");
        assertThat(first.shape()).containsExactly(4, 24, 32, 32);
        assertThat(first.maxNumber().doubleValue()).isPositive();
        assertThat(first.minNumber().doubleValue()).isZero();
    }

    @Test
    void aStepThatFailsLeavesNoLinks() {
        ComputationGraph network = network(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64, 64);
        network.fit(batch(4, 64, 64));
        INDArray before = network.outputSingle(batch(2, 64, 64).getFeatures());
        assertThatThrownBy(() -> network.fit(new DataSet(batch(4, 64, 64).getFeatures(), Nd4j.ones(4, 7))))
                .isInstanceOf(RuntimeException.class);
        assertThat(network.outputSingle(batch(2, 64, 64).getFeatures())).isEqualTo(before);
        network.fit(batch(4, 64, 64));
        assertThat(network.score()).isFinite();
    }

    @Test
    void otherListenersDoNotMatter() {
        TrainingListener scores = new Scores();
        assertThat(LinkedSteps.looksInside(scores)).isFalse();
        assertThat(LinkedSteps.looksInside(new Observer())).isTrue();
        assertThat(LinkedSteps.looksInside(new BaseTrainingListener() {
            @Override
            public void onBackwardPass(Model model) {
                model.score();
            }
        })).isTrue();
    }
}
