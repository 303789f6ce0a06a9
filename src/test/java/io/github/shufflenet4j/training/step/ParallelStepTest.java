package io.github.shufflenet4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.schedule.CosineSchedule;
import io.github.shufflenet4j.updater.Momentum;

/** Updates whose parts are computed at once against those whose parts are computed one after another. */
class ParallelStepTest {

    private static final int CLASSES = 3;
    private static final int PART = 8;
    private static final int SIZE = 64;
    private static final int SMALL = 8;
    private static final int STEPS = 4;
    /**
     * What single precision may differ by after one step from the same parameters, relative to the largest value. The
     * gradients of a part are the same either way; what is rounded differently is their mean, the step and the sum with
     * the parameter, each by half a unit in the last place: 2 x 2^-24 were seen, with vectors of any length.
     */
    private static final double ROUNDING = 8 * 0x1p-24;

    private static ComputationGraph shuffleNet() {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(CLASSES)
                .inputShape(3, SIZE, SIZE).updater(new Nesterovs(new CosineSchedule(1e-3, STEPS), 0.9)).l2(0.01)
                .seed(11).lossFunction(new LossSmoothedMCXENT(0.1)).build().init();
    }

    private static ComputationGraph doublePrecision() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(5)
                .dataType(DataType.DOUBLE).updater(new Momentum(new CosineSchedule(0.5, STEPS), 0.9)).l2(0.01)
                .graphBuilder().addInputs("in").setInputTypes(InputType.convolutional(SMALL, SMALL, 3))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.TANH).build(), "in")
                .addLayer("pool", new GlobalPoolingLayer.Builder().build(), "conv")
                .addLayer("out", new OutputLayer.Builder(new LossSmoothedMCXENT(0.1)).nOut(CLASSES)
                        .activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("out").build());
        network.init();
        return network;
    }

    private static INDArray features(int step, int part, int channels, int size) {
        Random random = new Random(100L * step + part);
        float[] values = new float[PART * channels * size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', PART, channels, size, size);
    }

    private static INDArray targets() {
        INDArray targets = Nd4j.zeros(DataType.FLOAT, PART, CLASSES);
        for (int i = 0; i < PART; i++) {
            targets.putScalar(i, i % CLASSES, 1);
        }
        return targets;
    }

    private static StepResult step(Update update, int step, int parts, DataType type) {
        int size = type == DataType.DOUBLE ? SMALL : SIZE;
        for (int part = 0; part < parts; part++) {
            update.add(features(step, part, 3, size).castTo(type), targets().castTo(type));
        }
        return update.apply();
    }

    /** Takes the steps both ways; in the second, a part is missing if {@code parts} is more than 2. */
    private static void assertSame(int parts) {
        double tolerance = 1e-12;
        ComputationGraph single = doublePrecision();
        ComputationGraph shared = doublePrecision();
        try (Update expected = Update.of(single, Optional.empty(), parts, false);
                Update actual = Update.of(shared, Optional.empty(), parts, true)) {
            assertThat(actual).isInstanceOf(ParallelStep.class);
            for (int i = 0; i < STEPS; i++) {
                int present = i == 1 ? Math.max(2, parts - 1) : parts;
                StepResult wanted = step(expected, i, present, DataType.DOUBLE);
                StepResult result = step(actual, i, present, DataType.DOUBLE);
                assertThat(result.images()).isEqualTo(present * PART);
                assertThat(result.loss()).isCloseTo(wanted.loss(), Offset.offset(tolerance));
                assertThat(actual.isBegun()).isFalse();
            }
        }
        assertThat(shared.getIterationCount()).isEqualTo(STEPS);
        assertThat(difference(shared.params(), doublePrecision().params())).isGreaterThan(1e-3);
        assertThat(difference(shared.params(), single.params())).isLessThan(tolerance);
        assertThat(difference(shared.getUpdater().getStateViewArray(), single.getUpdater().getStateViewArray()))
                .isLessThan(tolerance);
    }

    /**
     * Takes each step both ways from the same parameters and state. Over several steps the rounding of one decides on
     * which side of ReLU's kink some value lies in the next, and losses differ by up to 1e-2 after four, as they do if
     * parameters are moved by 2^-24 of themselves: as much as by a real error.
     */
    private static void assertSameStepByStep(Optional<NetworkPart> frozen) {
        ComputationGraph single = shuffleNet();
        ComputationGraph shared = shuffleNet();
        frozen.ifPresent(part -> Freezing.apply(single, frozen));
        frozen.ifPresent(part -> Freezing.apply(shared, frozen));
        for (int i = 0; i < STEPS; i++) {
            INDArray before = single.params().dup();
            shared.params().assign(before);
            shared.getUpdater().getStateViewArray().assign(single.getUpdater().getStateViewArray());
            try (Update expected = Update.of(single, frozen, 2, false);
                    Update actual = Update.of(shared, frozen, 2, true)) {
                StepResult wanted = step(expected, i, 2, DataType.FLOAT);
                StepResult result = step(actual, i, 2, DataType.FLOAT);
                assertThat(result.loss()).isCloseTo(wanted.loss(), Offset.offset(ROUNDING * wanted.loss()));
            }
            assertThat(difference(single.params(), before)).isGreaterThan(1e-3);
            assertRounded(shared.params(), single.params());
            assertRounded(shared.getUpdater().getStateViewArray(), single.getUpdater().getStateViewArray());
        }
    }

    private static void assertRounded(INDArray actual, INDArray expected) {
        assertThat(difference(actual, expected)).isLessThan(ROUNDING * expected.amaxNumber().doubleValue());
    }

    private static double difference(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    /** Momentum, L2 and a schedule; again and again, since threads may meet in any order. */
    @RepeatedTest(3)
    void workersMakeTheStepThatPartsMakeOneAfterAnother() {
        assertSame(2);
    }

    /** The kernels in two replicas at a time, and batch norm's statistics. */
    @Test
    void soTheyDoWithBatchNorm() {
        assertSameStepByStep(Optional.empty());
    }

    @Test
    void whatIsFrozenIsSoInEveryReplica() {
        assertSameStepByStep(Optional.of(NetworkPart.STAGE4));
    }

    @Test
    void aMissingPartLeavesNoReplicaBehind() {
        assertSame(3);
    }

    @Test
    void aReplicaThatFailsEndsTheStep() {
        try (Update update = Update.of(shuffleNet(), Optional.empty(), 2, true)) {
            update.add(features(0, 0, 3, SIZE), targets());
            update.add(features(0, 1, 4, SIZE), targets());
            assertThatThrownBy(update::apply).hasStackTraceContaining("expected NCHW activations with 3 channels");
        }
    }
}
