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

/** Steps whose micro-batches are computed at once against those that compute them one after another. */
class ParallelStepTest {

    private static final int CLASSES = 3;
    private static final int MICRO_BATCH = 8;
    private static final int SIZE = 64;
    private static final int SMALL = 8;
    private static final int STEPS = 4;
    /**
     * What single precision may differ by after one step from the same parameters, relative to the largest value. The
     * gradients of a micro-batch are the same either way; what is rounded differently is their mean, the step and the
     * sum with the parameter, each by half a unit in the last place: 2 x 2^-24 were seen, with vectors of any length.
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
        float[] values = new float[MICRO_BATCH * channels * size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', MICRO_BATCH, channels, size, size);
    }

    private static INDArray targets() {
        INDArray targets = Nd4j.zeros(DataType.FLOAT, MICRO_BATCH, CLASSES);
        for (int i = 0; i < MICRO_BATCH; i++) {
            targets.putScalar(i, i % CLASSES, 1);
        }
        return targets;
    }

    private static Step steps(ComputationGraph network, Optional<NetworkPart> frozen, int microBatches,
                              boolean parallel) {
        return parallel ? new ParallelStep(network, frozen, microBatches) : new TrainingStep(network, microBatches);
    }

    private static StepResult take(Step step, int number, int microBatches, DataType type) {
        int size = type == DataType.DOUBLE ? SMALL : SIZE;
        for (int i = 0; i < microBatches; i++) {
            step.add(features(number, i, 3, size).castTo(type), targets().castTo(type));
        }
        return step.apply();
    }

    /** Takes the steps both ways; in the second, a micro-batch is missing if there are more than 2. */
    private static void assertSame(int microBatches) {
        double tolerance = 1e-12;
        ComputationGraph single = doublePrecision();
        ComputationGraph shared = doublePrecision();
        try (Step expected = steps(single, Optional.empty(), microBatches, false);
                Step actual = steps(shared, Optional.empty(), microBatches, true)) {
            for (int i = 0; i < STEPS; i++) {
                int present = i == 1 ? Math.max(2, microBatches - 1) : microBatches;
                StepResult wanted = take(expected, i, present, DataType.DOUBLE);
                StepResult result = take(actual, i, present, DataType.DOUBLE);
                assertThat(result.images()).isEqualTo(present * MICRO_BATCH);
                assertThat(result.loss()).isCloseTo(wanted.loss(), Offset.offset(tolerance));
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
            try (Step expected = steps(single, frozen, 2, false);
                    Step actual = steps(shared, frozen, 2, true)) {
                StepResult wanted = take(expected, i, 2, DataType.FLOAT);
                StepResult result = take(actual, i, 2, DataType.FLOAT);
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
    void workersTakeTheStepOfMicroBatchesOneAfterAnother() {
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
    void aMissingMicroBatchLeavesNoReplicaBehind() {
        assertSame(3);
    }

    @Test
    void aReplicaThatFailsEndsTheStep() {
        try (Step step = steps(shuffleNet(), Optional.empty(), 2, true)) {
            step.add(features(0, 0, 3, SIZE), targets());
            step.add(features(0, 1, 4, SIZE), targets());
            assertThatThrownBy(step::apply).hasStackTraceContaining("expected NCHW activations with 3 channels");
        }
    }
}
