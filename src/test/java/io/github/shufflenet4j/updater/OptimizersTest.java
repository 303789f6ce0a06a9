package io.github.shufflenet4j.updater;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** Steps of a whole network against the papers' formulas in double precision, by kernels and by ND4J's operations. */
class OptimizersTest {

    private static final int BATCH = 4;
    private static final double RATE = 0.01;
    private static final double DECAY = 0.1;

    /** An optimizer's state of one parameter and its rule. */
    private static final class Reference {

        private final boolean adam;
        private double first;
        private double second;
        private int steps;

        Reference(boolean adam) {
            this.adam = adam;
        }

        double moved(double p, double gradient, double decay) {
            steps++;
            if (adam) { // Loshchilov and Hutter (2019), algorithm 2; betas 0.9 and 0.999, epsilon 1e-8
                first = 0.9 * first + 0.1 * gradient;
                second = 0.999 * second + 0.001 * gradient * gradient;
                return p - RATE * (first / (1 - Math.pow(0.9, steps))
                        / (Math.sqrt(second / (1 - Math.pow(0.999, steps))) + 1e-8) + decay * p);
            }
            double g = gradient + decay * p; // PyTorch's RMSprop with alpha 0.9, epsilon 0.01, momentum 0.8
            second = 0.9 * second + 0.1 * g * g;
            first = 0.8 * first + g / (Math.sqrt(second) + 0.01);
            return p - RATE * first;
        }
    }

    @AfterEach
    void resetExecutor() {
        System.clearProperty(CpuArrays.EXECUTOR_PROPERTY);
    }

    private static ComputationGraph network(boolean adam) {
        IUpdater updater = adam ? new AdamW(RATE) : new RmsProp(RATE, 0.9, 0.01, 0.8);
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(3).inputShape(3, 32, 32)
                .updater(updater).decoupledWeightDecay(adam).l2(DECAY).normL2(DECAY / 2).build().init();
    }

    /** A step from random gradients, those of statistics 0. */
    private static void step(ComputationGraph network, int number) {
        Nd4j.getRandom().setSeed(number);
        network.getFlattenedGradients().assign(Nd4j.randn(DataType.FLOAT, 1, network.numParams()));
        network.getUpdater().update(new DefaultGradient(network.getFlattenedGradients()), number, 0, BATCH,
                LayerWorkspaceMgr.noWorkspaces());
        network.params().subi(network.getFlattenedGradients().reshape(network.params().shape()));
    }

    private static double decay(String layer, String parameter) {
        return switch (parameter) {
            case "W" -> DECAY;
            case "gamma", "beta" -> DECAY / 2;
            case "b" -> 0;
            default -> throw new AssertionError(layer + " " + parameter);
        };
    }

    @ParameterizedTest
    @CsvSource({"true, kernels", "true, nd4j", "false, kernels", "false, nd4j"})
    void stepsAreThePapers(boolean adam, String executor) {
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, executor);
        ComputationGraph network = network(adam);
        assertThat(((FusedGraphUpdater) network.getUpdater()).isFused()).isEqualTo(executor.equals("kernels"));
        Map<Integer, Reference> references = new HashMap<>();
        for (int number = 1; number <= 5; number++) {
            // Those unfrozen after two steps begin like the others did.
            Freezing.apply(network, number <= 2 ? Optional.of(NetworkPart.STAGE3) : Optional.empty());
            double[] before = network.params().toDoubleVector();
            Nd4j.getRandom().setSeed(number);
            double[] gradients = Nd4j.randn(DataType.FLOAT, network.numParams()).toDoubleVector();
            step(network, number);
            double[] actual = network.params().toDoubleVector();
            double[] expected = before.clone();
            for (UpdaterBlock block : network.getUpdater().getUpdaterBlocks()) {
                for (UpdaterBlock.ParamState param : block.getLayersAndVariablesInBlock()) {
                    String layer = param.getLayer().getConfig().getLayerName();
                    int from = param.getParamOffsetStart();
                    int to = param.getParamOffsetEnd();
                    if (param.getParamName().matches("mean|var")) {
                        System.arraycopy(actual, from, expected, from, to - from);
                    } else if (!Freezing.isFrozen(network, layer)) {
                        for (int i = from; i < to; i++) {
                            expected[i] = references.computeIfAbsent(i, index -> new Reference(adam)).moved(before[i],
                                    gradients[i] / BATCH, decay(layer, param.getParamName()));
                        }
                    }
                }
            }
            // Within a few roundings of the parameters, which are of the size of 1.
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i])).isLessThan(1e-6 * (1 + Math.abs(expected[i])));
            }
        }
        assertThat(references).hasSizeGreaterThan(90_000);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void stateSurvivesAModelFile(boolean adam) throws Exception {
        ComputationGraph network = network(adam);
        step(network, 1);
        step(network, 2);
        ComputationGraph restored = RoundTrips.saveAndLoad(network);
        FusedGraphUpdater.install(restored);
        step(network, 3);
        step(restored, 3);
        assertThat(restored.params()).isEqualTo(network.params());
        assertThat(restored.getUpdater().getStateViewArray()).isEqualTo(network.getUpdater().getStateViewArray());
    }

    @Test
    void stateIsTwoValuesForEachParameterAndTheStepsOfEachArray() {
        ComputationGraph network = network(true);
        step(network, 1);
        step(network, 2);
        INDArray state = network.getUpdater().getStateViewArray();
        long arrays = 0;
        long parameters = 0;
        for (UpdaterBlock block : network.getUpdater().getUpdaterBlocks()) {
            if (block.getUpdaterView() != null) {
                int count = block.getParamOffsetEnd() - block.getParamOffsetStart();
                float[] view = block.getUpdaterView().toFloatVector();
                assertThat(Arrays.copyOfRange(view, 2 * count, view.length)).containsOnly(2)
                        .hasSameSizeAs(block.getLayersAndVariablesInBlock());
                arrays += view.length - 2 * count;
                parameters += count;
            }
        }
        assertThat(state.length()).isEqualTo(2 * parameters + arrays);
    }
}
