package io.github.shufflenet4j.training.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.training.recipe.RecipeKeys.Warmup;
import io.github.shufflenet4j.training.step.LossSmoothedMCXENT;
import io.github.shufflenet4j.updater.AdamW;
import io.github.shufflenet4j.updater.Momentum;
import io.github.shufflenet4j.updater.RmsProp;

class UpdatersAndSchedulesTest {

    private static <T> T throughJson(T value, Class<T> type) throws Exception {
        return NeuralNetConfiguration.mapper().readValue(
                NeuralNetConfiguration.mapper().writeValueAsString(value), type);
    }

    @Test
    void scheduleWarmsUpLinearlyAndFallsAsACosine() {
        WarmupSchedule schedule = new WarmupSchedule(Warmup.LINEAR, 3, 0, new CosineSchedule(0.8, 8));
        double[] expected = {0.2, 0.4, 0.6, 0.8, 0.8 * (1 + Math.cos(Math.PI / 8)) / 2};
        for (int i = 0; i < expected.length; i++) {
            assertThat(schedule.valueAt(i, 0)).isCloseTo(expected[i], Offset.offset(1e-12));
        }
        assertThat(schedule.valueAt(7, 0)).isCloseTo(0.4, Offset.offset(1e-12));
        assertThat(schedule.valueAt(10, 0)).isPositive().isLessThan(0.04);
        assertThat(schedule.valueAt(11, 0)).isZero();
        assertThat(schedule.valueAt(1000, 9)).isZero();
    }

    @Test
    void everythingSurvivesJson() throws Exception {
        WarmupSchedule schedule = new WarmupSchedule(Warmup.LINEAR, 3, 0.01, new CosineSchedule(0.8, 11));
        assertThat(throughJson(schedule, ISchedule.class)).isEqualTo(schedule).hasSameHashCodeAs(schedule);
        PolynomialSchedule line = new PolynomialSchedule(0.5, 1, 7);
        assertThat(throughJson(line, ISchedule.class)).isEqualTo(line).hasSameHashCodeAs(line)
                .isNotEqualTo(new PolynomialSchedule(0.5, 2, 7));
        StepSchedule steps = new StepSchedule(0.5, 0.1, List.of(3, 7));
        assertThat(throughJson(steps, ISchedule.class)).isEqualTo(steps);
        Momentum scheduled = new Momentum(schedule, 0.9);
        assertThat(throughJson(scheduled, IUpdater.class)).isEqualTo(scheduled);
        Momentum constant = new Momentum(0.1, 0.5);
        assertThat(throughJson(constant, IUpdater.class)).isEqualTo(constant).isNotEqualTo(scheduled);
        AdamW adam = new AdamW(schedule, 0.8, 0.99, 1e-6);
        assertThat(throughJson(adam, IUpdater.class)).isEqualTo(adam).isNotEqualTo(new AdamW(0.1));
        assertThat(throughJson(new AdamW(0.1), IUpdater.class)).isEqualTo(new AdamW(0.1));
        RmsProp rms = new RmsProp(schedule, 0.9, 0.03, 0.5);
        assertThat(throughJson(rms, IUpdater.class)).isEqualTo(rms)
                .isNotEqualTo(new RmsProp(schedule, 0.9, 0.03, 0.6));
        LossSmoothedMCXENT loss = new LossSmoothedMCXENT(0.25);
        assertThat(throughJson(loss, ILossFunction.class)).isEqualTo(loss);
        assertThat(loss).isNotEqualTo(new LossSmoothedMCXENT(0.1));
    }

    @Test
    void momentumIsPolyaks() {
        INDArray state = Nd4j.createUninitialized(DataType.FLOAT, 2);
        GradientUpdater<?> updater = new Momentum(0.5, 0.9).instantiate(state, true);
        INDArray first = Nd4j.createFromArray(1f, -2f);
        updater.applyUpdater(first, 0, 0);
        assertThat(first.toFloatVector()).containsExactly(0.5f, -1f);
        INDArray second = Nd4j.createFromArray(1f, 0f);
        updater.applyUpdater(second, 1, 0);
        assertThat(second.toFloatVector()).containsExactly(0.5f * 1.9f, 0.5f * -1.8f);
        assertThat(state.toFloatVector()).containsExactly(1.9f, -1.8f);
    }

    /** By the definition: cross-entropy with labels (1 - e) y + e / K, and its gradient softmax - labels. */
    @ParameterizedTest
    @CsvSource({"0.0", "0.1", "0.6"})
    void smoothedLossAndGradientFollowTheDefinition(double smoothing) {
        INDArray logits = Nd4j.createFromArray(new double[][] {{1, -1, 0.5, 2}, {0, 3, -2, 1}});
        check(smoothing, logits, Nd4j.createFromArray(new double[][] {{0, 0, 1, 0}, {1, 0, 0, 0}}));
        // Those of mixed samples.
        check(smoothing, logits, Nd4j.createFromArray(new double[][] {{0.25, 0, 0.75, 0}, {0, 1, 0, 0}}));
        // Those of weighted samples.
        check(smoothing, logits, Nd4j.createFromArray(new double[][] {{0.5, 0, 1.5, 0}, {0, 0.25, 0, 0}}));
    }

    private static void check(double smoothing, INDArray logits, INDArray labels) {
        INDArray weights = labels.sum(true, 1);
        INDArray smoothed = labels.mul(1 - smoothing).addColumnVector(weights.mul(smoothing / 4));
        LossSmoothedMCXENT loss = new LossSmoothedMCXENT(smoothing);
        INDArray probabilities = new ActivationSoftmax().getActivation(logits.dup(), true);
        double expected = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 4; j++) {
                expected -= smoothed.getDouble(i, j) * Math.log(probabilities.getDouble(i, j)) / 2;
            }
        }
        assertThat(loss.computeScore(labels, logits.dup(), new ActivationSoftmax(), null, true))
                .isCloseTo(expected, Offset.offset(1e-9));
        INDArray gradient = loss.computeGradient(labels, logits.dup(), new ActivationSoftmax(), null);
        assertThat(gradient.sub(probabilities.mulColumnVector(weights).sub(smoothed)).amaxNumber().doubleValue())
                .isLessThan(1e-9);
        var both = loss.computeGradientAndScore(labels, logits.dup(), new ActivationSoftmax(), null, true);
        assertThat(both.getFirst()).isCloseTo(expected, Offset.offset(1e-9));
        assertThat(both.getSecond().equals(gradient)).isTrue();
        assertThat(loss.computeScoreArray(labels, logits.dup(), new ActivationSoftmax(), null).meanNumber()
                .doubleValue()).isCloseTo(expected, Offset.offset(1e-9));
    }

    /** Worked out by hand; PyTorch's cross_entropy(logits, probabilities, label_smoothing=0.2) is the same. */
    @Test
    void softLabelsAreSmoothedAsClassProbabilities() {
        INDArray logits = Nd4j.createFromArray(new double[][] {{0, Math.log(2), Math.log(5)}});
        INDArray labels = Nd4j.createFromArray(new double[][] {{0.25, 0.75, 0}});
        double third = 0.2 / 3;
        double expected = -(0.8 * 0.25 + third) * Math.log(1 / 8.0) - (0.8 * 0.75 + third) * Math.log(2 / 8.0)
                - third * Math.log(5 / 8.0);
        assertThat(new LossSmoothedMCXENT(0.2).computeScore(labels, logits, new ActivationSoftmax(), null, true))
                .isCloseTo(expected, Offset.offset(1e-9));
    }

    @Test
    void mixedBatchesGiveSoftTargets() {
        Batch batch = new Batch(0, new float[2], new int[] {0, 2}, new int[] {8, 9},
                Optional.of(new Batch.LabelMix(0.75, new int[] {2, 0})));
        assertThat(batch.targets(3)).containsExactly(0.75f, 0, 0.25f, 0.25f, 0, 0.75f);
        Batch plain = new Batch(0, new float[2], new int[] {0, 2}, new int[] {8, 9});
        assertThat(plain.targets(3)).containsExactly(1, 0, 0, 0, 0, 1);
    }

    @Test
    void withoutSmoothingItIsDl4jsLoss() {
        INDArray logits = Nd4j.rand(DataType.DOUBLE, 3, 5);
        INDArray labels = Nd4j.eye(5).castTo(DataType.DOUBLE).get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 3));
        assertThat(new LossSmoothedMCXENT(0).computeScore(labels, logits.dup(), new ActivationSoftmax(), null, true))
                .isEqualTo(new LossMCXENT().computeScore(labels, logits.dup(), new ActivationSoftmax(), null, true));
    }

    @Test
    void badValuesAreRefusedByName() {
        ISchedule schedule = new CosineSchedule(1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> new CosineSchedule(0, 2))
                .withMessageContaining("initial");
        assertThatIllegalArgumentException().isThrownBy(() -> new CosineSchedule(1, 0))
                .withMessageContaining("iterations");
        assertThatIllegalArgumentException().isThrownBy(() -> new PolynomialSchedule(1, 0, 2))
                .withMessageContaining("power");
        assertThatIllegalArgumentException().isThrownBy(
                () -> new WarmupSchedule(Warmup.LINEAR, -1, 0, new CosineSchedule(1, 2)))
                .withMessageContaining("iterations").withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(
                () -> new WarmupSchedule(Warmup.LINEAR, 1, 2, new CosineSchedule(1, 2)))
                .withMessageContaining("factor");
        assertThatIllegalArgumentException().isThrownBy(() -> new Momentum(0.1, 1)).withMessageContaining("momentum");
        assertThatIllegalArgumentException().isThrownBy(() -> new Momentum(-1, 0.9))
                .withMessageContaining("learningRate");
        assertThatIllegalArgumentException().isThrownBy(() -> new AdamW(schedule, 0.9, 1, 1e-8))
                .withMessageContaining("beta2");
        assertThatIllegalArgumentException().isThrownBy(() -> new RmsProp(0.1, 0.9, 0, 0.9))
                .withMessageContaining("epsilon");
        assertThatIllegalArgumentException().isThrownBy(() -> new StepSchedule(1, 0.1, List.of(0)))
                .withMessageContaining("milestones");
        assertThatIllegalArgumentException().isThrownBy(() -> new LossSmoothedMCXENT(1))
                .withMessageContaining("smoothing");
    }
}
