package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** Gradients that are taken from a network and brought to others. */
class BatchGradientTest {

    private static final int CLASSES = 3;
    private static final int PART = 6;
    private static final int SIZE = 32;

    private static ComputationGraph network() {
        return network(new Nesterovs(new CosineSchedule(0.1, 8), 0.9));
    }

    private static ComputationGraph network(IUpdater updater) {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(CLASSES)
                .inputShape(3, SIZE, SIZE).updater(updater).l2(0.01)
                .lossFunction(new LossSmoothedMCXENT(0.1)).build().init();
    }

    private static void add(TrainingStep step, int part) {
        Random random = new Random(part);
        float[] values = new float[PART * 3 * SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        INDArray targets = Nd4j.zeros(DataType.FLOAT, PART, CLASSES);
        for (int i = 0; i < PART; i++) {
            targets.putScalar(i, i % CLASSES, 1);
        }
        step.add(Nd4j.createFromArray(values).reshape('c', PART, 3, SIZE, SIZE), targets);
    }

    @Test
    void wherePartsWereComputedMakesNoDifference() {
        assertSame(Optional.empty(), BatchGradientTest::network);
    }

    @Test
    void noneIsMadeToWhatIsFrozen() {
        assertSame(Optional.of(NetworkPart.STAGE3), BatchGradientTest::network);
    }

    @Test
    void dl4jsOwnUpdaterTakesItAsWell() {
        assertSame(Optional.empty(), () -> network(new Adam(1e-3)));
    }

    /** A network that computed the gradient and one that never computed any, against the update in one place. */
    private static void assertSame(Optional<NetworkPart> frozen, Supplier<ComputationGraph> networks) {
        ComputationGraph expected = networks.get();
        ComputationGraph computing = networks.get();
        ComputationGraph other = networks.get();
        for (ComputationGraph each : new ComputationGraph[] {expected, computing, other}) {
            Freezing.apply(each, frozen);
        }
        TrainingStep whole = new TrainingStep(expected, 2);
        TrainingStep taken = new TrainingStep(computing, 2);
        for (int update = 0; update < 3; update++) {
            for (int part = 0; part < 2; part++) {
                add(whole, 2 * update + part);
                add(taken, 2 * update + part);
            }
            StepResult result = whole.apply();
            INDArray before = computing.params().dup();
            BatchGradient gradient = taken.take();
            assertThat(gradient.parts()).isEqualTo(2);
            assertThat(computing.params()).isEqualTo(before);
            assertThat(gradient.applyTo(computing)).isEqualTo(result);
            assertThat(gradient.applyTo(other)).isEqualTo(result);
        }
        for (ComputationGraph actual : new ComputationGraph[] {computing, other}) {
            assertThat(actual.params().toFloatVector()).isEqualTo(expected.params().toFloatVector());
            assertThat(actual.getUpdater().getStateViewArray().toFloatVector())
                    .isEqualTo(expected.getUpdater().getStateViewArray().toFloatVector());
            assertThat(actual.getIterationCount()).isEqualTo(3);
        }
        assertThat(expected.params().toFloatVector()).isNotEqualTo(networks.get().params().toFloatVector());
    }

    @Test
    void withoutImagesThereIsNothingToDo() {
        ComputationGraph network = network();
        BatchGradient nothing = new TrainingStep(network, 2).take();
        assertThat(nothing.sum()).hasSize((int) network.numParams()).containsOnly(0);
        assertThatIllegalArgumentException().isThrownBy(() -> nothing.applyTo(network)).withMessageContaining("images");
    }

    /** Among them are batch norm's, and frozen ones are left out. */
    @Test
    void parametersAreKnownByTheirPlaces() {
        ComputationGraph network = network();
        int end = 0;
        for (TrainedParameter parameter : TrainedParameter.of(network)) {
            assertThat(parameter.from()).isEqualTo(end);
            end = parameter.to();
            assertThat(parameter.gradient().length()).isEqualTo(parameter.to() - parameter.from());
            assertThat(parameter.vector()).as(parameter.key()).isEqualTo(!parameter.name().equals("W"));
            assertThat(parameter.statistic()).as(parameter.key())
                    .isEqualTo(parameter.name().equals("mean") || parameter.name().equals("var"));
        }
        assertThat(end).isEqualTo((int) network.numParams());
        Freezing.apply(network, Optional.of(NetworkPart.CONV5));
        assertThat(TrainedParameter.of(network)).extracting(TrainedParameter::key).containsExactly("fc_W", "fc_b");
    }
}
