package io.github.shufflenet4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.schedule.CosineSchedule;
import io.github.shufflenet4j.updater.Momentum;

/** Steps from micro-batches against those from whole batches. */
class TrainingStepTest {

    private static final int IMAGES = 12;
    private static final int CLASSES = 3;

    private static ComputationGraph withoutBatchNorm() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(5)
                .dataType(DataType.DOUBLE).updater(new Momentum(new CosineSchedule(0.5, 6), 0.9)).l2(0.01)
                .graphBuilder().addInputs("in").setInputTypes(InputType.convolutional(8, 8, 3))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.TANH).build(), "in")
                .addLayer("pool", new GlobalPoolingLayer.Builder().build(), "conv")
                .addLayer("out", new OutputLayer.Builder(new LossSmoothedMCXENT(0.1)).nOut(CLASSES)
                        .activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("out").build());
        network.init();
        return network;
    }

    private static ComputationGraph shuffleNet(double normL2) {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(CLASSES).inputShape(3, 32, 32)
                .updater(new Nesterovs(0.1, 0.9)).l2(0.01).normL2(normL2).biasL2(normL2)
                .lossFunction(new LossSmoothedMCXENT(0.1)).build().init();
    }

    private static DataSet images(DataType type, int size) {
        Nd4j.getRandom().setSeed(7);
        INDArray labels = Nd4j.zeros(type, IMAGES, CLASSES);
        for (int i = 0; i < IMAGES; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return new DataSet(Nd4j.randn(type, IMAGES, 3, size, size), labels);
    }

    private static StepResult step(ComputationGraph network, DataSet images, int... ends) {
        TrainingStep step = new TrainingStep(network, ends.length);
        int from = 0;
        for (int end : ends) {
            step.add(images.getFeatures().get(NDArrayIndex.interval(from, end)).dup('c'),
                    images.getLabels().get(NDArrayIndex.interval(from, end)).dup('c'));
            from = end;
        }
        return step.apply();
    }

    /** What a listener receives: gradients before the updater, updates after it, and the number of images. */
    private static final class Heard extends BaseTrainingListener {

        private final List<String> calls = new ArrayList<>();
        private INDArray gradient;

        @Override
        public void onGradientCalculation(Model model) {
            gradient = model.gradient().gradient().dup();
            calls.add("gradient");
        }

        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            boolean updated = !gradient.equals(model.gradient().gradient());
            calls.add("done " + iteration + " " + epoch + " " + model.batchSize() + " " + updated);
        }
    }

    @Test
    void listenersReceiveTheEventsOfFit() {
        DataSet images = images(DataType.DOUBLE, 8);
        ComputationGraph fitted = withoutBatchNorm();
        ComputationGraph stepped = withoutBatchNorm();
        Heard expected = new Heard();
        Heard actual = new Heard();
        fitted.setListeners(expected);
        stepped.setListeners(actual);
        for (int i = 0; i < 2; i++) {
            fitted.fit(images);
            step(stepped, images, IMAGES);
        }
        assertThat(actual.calls).containsExactly("gradient", "done 0 0 12 true", "gradient", "done 1 0 12 true")
                .isEqualTo(expected.calls);
    }

    /** In double precision, over several steps with momentum, L2 and a schedule; the micro-batches are not equal. */
    @Test
    void microBatchesGiveTheStepOfTheWholeBatch() {
        DataSet images = images(DataType.DOUBLE, 8);
        ComputationGraph whole = withoutBatchNorm();
        ComputationGraph split = withoutBatchNorm();
        for (int i = 0; i < 4; i++) {
            StepResult expected = step(whole, images, IMAGES);
            StepResult actual = step(split, images, 4, 6, IMAGES);
            assertThat(actual.images()).isEqualTo(IMAGES);
            assertThat(actual.loss()).isCloseTo(expected.loss(), Offset.offset(1e-12));
        }
        assertThat(split.getConfiguration().getIterationCount()).isEqualTo(4);
        assertThat(split.params().sub(whole.params()).amaxNumber().doubleValue()).isLessThan(1e-12);
        assertThat(split.getUpdater().getStateViewArray().sub(whole.getUpdater().getStateViewArray()).amaxNumber()
                .doubleValue()).isLessThan(1e-12);
        assertThat(whole.params().sub(withoutBatchNorm().params()).amaxNumber().doubleValue()).isGreaterThan(0.01);
    }

    /** The loss aside, to which DL4J adds the L2 penalty. */
    @Test
    void aSingleMicroBatchGivesTheStepOfFit() {
        DataSet images = images(DataType.FLOAT, 32);
        for (double normL2 : new double[] {0, 0.02}) {
            ComputationGraph fitted = shuffleNet(normL2);
            ComputationGraph stepped = shuffleNet(normL2);
            for (int i = 0; i < 3; i++) {
                double penalty = fitted.calcRegularizationScore(true);
                fitted.fit(images);
                double loss = step(stepped, images, IMAGES).loss();
                assertThat(penalty).isGreaterThan(0.1);
                assertThat(loss).isCloseTo(fitted.score() - penalty, Offset.offset(1e-9));
            }
            assertThat(stepped.params().equalsWithEps(fitted.params(), 0)).isTrue();
            assertThat(stepped.getIterationCount()).isEqualTo(3);
        }
    }

    /** Twice the same micro-batch: its statistics are those of the whole, and so must be everything. */
    @Test
    void runningStatisticsMoveByTheMeanOfTheMicroBatches() {
        DataSet images = images(DataType.FLOAT, 32);
        DataSet half = new DataSet(images.getFeatures().get(NDArrayIndex.interval(0, 6)).dup('c'),
                images.getLabels().get(NDArrayIndex.interval(0, 6)).dup('c'));
        DataSet twice = DataSet.merge(java.util.List.of(half, half));
        ComputationGraph whole = shuffleNet(0);
        ComputationGraph split = shuffleNet(0);
        step(whole, half, 6);
        step(split, twice, 6, IMAGES);
        assertThat(split.params().sub(whole.params()).amaxNumber().doubleValue()).isLessThan(1e-5);
        assertThat(split.getLayer("conv1").getParam("mean").amaxNumber().doubleValue()).isGreaterThan(0);
    }

    @Test
    void normsAndBiasDecayWhereAskedTo() {
        DataSet images = images(DataType.FLOAT, 32);
        ComputationGraph plain = shuffleNet(0);
        ComputationGraph decayed = shuffleNet(0.5);
        step(plain, images, IMAGES);
        step(decayed, images, IMAGES);
        // Nesterov's first step goes 1.9 times the learning rate along the gradient: 0.1 * 1.9 * 0.5 * 1.
        INDArray difference =
                plain.getLayer("conv1").getParam("gamma").sub(decayed.getLayer("conv1").getParam("gamma"));
        assertThat(difference.minNumber().doubleValue()).isCloseTo(0.095, Offset.offset(1e-5));
        assertThat(difference.maxNumber().doubleValue()).isCloseTo(0.095, Offset.offset(1e-5));
        assertThat(plain.getLayer("conv1").getParam("W")).isEqualTo(decayed.getLayer("conv1").getParam("W"));
    }

    /** The steps of plain gradient descent with a learning rate of 1, in two micro-batches, are the mean gradients. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsAreClippedToTheNormOfAllThatIsTrained(boolean frozen) {
        Map<String, INDArray> plain = steps(frozen, Optional.empty());
        double squares = 0;
        for (Map.Entry<String, INDArray> step : plain.entrySet()) {
            if (!isStatistic(step.getKey())) {
                for (double value : step.getValue().dup('c').data().asDouble()) {
                    squares += value * value;
                }
            }
        }
        double norm = Math.sqrt(squares);
        assertThat(norm).isGreaterThan(0.1);
        Map<String, INDArray> clipped = steps(frozen, Optional.of(norm / 4));
        Map<String, INDArray> loose = steps(frozen, Optional.of(norm * 1.01));
        plain.forEach((key, step) -> {
            assertThat(loose.get(key)).as(key).isEqualTo(step);
            INDArray expected = isStatistic(key) ? step : step.mul(norm / 4 / (norm + 1e-6));
            double magnitude = Math.max(1, step.amaxNumber().doubleValue()); // parameters round to theirs
            assertThat(clipped.get(key).sub(expected).amaxNumber().doubleValue()).as(key)
                    .isLessThan(1e-6 * magnitude);
        });
    }

    private static boolean isStatistic(String key) {
        return key.endsWith("_mean") || key.endsWith("_var");
    }

    /** What a step takes off each array of parameters. */
    private static Map<String, INDArray> steps(boolean frozen, Optional<Double> maxNorm) {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(CLASSES)
                .inputShape(3, 32, 32).updater(new Momentum(1, 0)).l2(0).build().init();
        DataSet images = images(DataType.FLOAT, 32);
        step(network, images, IMAGES); // leaves gradients of the layers that are then frozen
        if (frozen) {
            Freezing.apply(network, Optional.of(NetworkPart.STAGE3));
        }
        Map<String, INDArray> steps = new TreeMap<>();
        network.paramTable().forEach((key, array) -> steps.put(key, array.dup()));
        TrainingStep step = new TrainingStep(network, 2, maxNorm);
        for (int from = 0; from < IMAGES; from += IMAGES / 2) {
            step.add(images.getFeatures().get(NDArrayIndex.interval(from, from + IMAGES / 2)).dup('c'),
                    images.getLabels().get(NDArrayIndex.interval(from, from + IMAGES / 2)).dup('c'));
        }
        step.apply();
        network.paramTable().forEach((key, array) -> steps.get(key).subi(array));
        return steps;
    }
}
