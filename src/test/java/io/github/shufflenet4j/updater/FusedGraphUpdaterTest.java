package io.github.shufflenet4j.updater;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.recipe.RecipeKeys.Warmup;
import io.github.shufflenet4j.training.schedule.CosineSchedule;
import io.github.shufflenet4j.training.schedule.WarmupSchedule;
import io.github.shufflenet4j.weights.TrainedModel;

class FusedGraphUpdaterTest {

    @TempDir
    private Path folder;

    private static ShuffleNetV2.Builder builder(IUpdater updater) {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(3).inputShape(3, 64, 64)
                .updater(updater).l2(0.01);
    }

    /** The same network with DL4J's own updater. */
    private static ComputationGraph stock(IUpdater updater) {
        ComputationGraph network = builder(updater).build().init();
        network.setUpdater(new ComputationGraphUpdater(network));
        return network;
    }

    private static DataSet batch() {
        Nd4j.getRandom().setSeed(5);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 6, 3);
        for (int i = 0; i < 6; i++) {
            labels.putScalar(i, i % 3, 1);
        }
        return new DataSet(Nd4j.randn(DataType.FLOAT, 6, 3, 64, 64), labels);
    }

    /** The gradient that both see is the same, so parameters and state must be, but for rounding. */
    private static void assertSameSteps(ComputationGraph stock, ComputationGraph fused, int steps) {
        assertThat(((FusedGraphUpdater) fused.getUpdater()).isFused()).isTrue();
        for (int step = 0; step < steps; step++) {
            INDArray gradient = Nd4j.randn(DataType.FLOAT, 1, stock.numParams());
            for (ComputationGraph network : new ComputationGraph[] {stock, fused}) {
                network.getFlattenedGradients().assign(gradient);
                network.getUpdater().update(new org.deeplearning4j.nn.gradient.DefaultGradient(
                        network.getFlattenedGradients()), step, 0, 4,
                        org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces());
                network.params().subi(network.getFlattenedGradients().reshape(network.numParams()));
            }
        }
        assertClose(fused.params(), stock.params());
        assertClose(fused.getUpdater().getStateViewArray(), stock.getUpdater().getStateViewArray());
    }

    private static void assertClose(INDArray actual, INDArray expected) {
        assertThat(actual.sub(expected).amaxNumber().doubleValue())
                .isLessThan(1e-5 * (1 + expected.amaxNumber().doubleValue()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stepsAreDl4js(boolean nesterov) {
        WarmupSchedule schedule = new WarmupSchedule(Warmup.LINEAR, 2, 0, new CosineSchedule(0.1, 3));
        IUpdater updater = nesterov ? new Nesterovs(schedule, 0.9) : new Momentum(schedule, 0.9);
        ComputationGraph stock = stock(updater);
        ComputationGraph fused = builder(updater).build().init();
        stock.fit(batch());
        fused.fit(batch());
        assertSameSteps(stock, fused, 3);
    }

    @Test
    void aWholeStepMovesParametersAndStatisticsAsDl4jDoes() {
        ComputationGraph stock = stock(new Nesterovs(0.1, 0.9));
        ComputationGraph fused = builder(new Nesterovs(0.1, 0.9)).build().init();
        INDArray before = fused.params().dup();
        stock.fit(batch());
        fused.fit(batch());
        assertThat(fused.params().sub(before).norm2Number().doubleValue()).isGreaterThan(0.1);
        assertClose(fused.params(), stock.params());
    }

    @Test
    void stateSurvivesAModelFile() throws Exception {
        ComputationGraph fused = builder(new Momentum(0.1, 0.9)).build().init();
        fused.fit(batch());
        ComputationGraph restored = RoundTrips.saveAndLoad(fused);
        FusedGraphUpdater.install(restored);
        fused.fit(batch());
        restored.fit(batch());
        assertThat(restored.params().equalsWithEps(fused.params(), 0)).isTrue();
    }

    @Test
    void frozenLayersStay() {
        ComputationGraph frozen = new TransferLearning.GraphBuilder(builder(new Nesterovs(0.1, 0.9)).build().init())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new Nesterovs(0.1, 0.9)).build())
                .setFeatureExtractor("stage4.3").build();
        FusedGraphUpdater.install(frozen);
        INDArray before = frozen.getLayer("conv1").params().dup();
        INDArray head = frozen.getLayer("fc").params().dup();
        frozen.fit(batch());
        assertThat(frozen.getLayer("conv1").params().equalsWithEps(before, 0)).isTrue();
        assertThat(frozen.getLayer("fc").params().equalsWithEps(head, 0)).isFalse();
    }

    /** DL4J replaces the updater when it is asked for another learning rate, of all layers or of one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stepsAreFusedAfterTheLearningRateIsSet(boolean ofAllLayers) throws Exception {
        ComputationGraph stock = stock(new Nesterovs(0.1, 0.9));
        ComputationGraph fused = builder(new Nesterovs(0.1, 0.9)).build().init();
        assertSameSteps(stock, fused, 1);
        for (ComputationGraph network : new ComputationGraph[] {stock, fused}) {
            if (ofAllLayers) {
                network.setLearningRate(0.01);
            } else {
                for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
                    network.setLearningRate(layer.conf().getLayer().getLayerName(), 0.01);
                }
            }
        }
        assertSameSteps(stock, fused, 2);
    }

    @Test
    void theLearningRateOfOneLayerCanBeSet() {
        ComputationGraph fused = builder(new Nesterovs(0.1, 0.9)).build().init();
        fused.setLearningRate("fc", 1e-9);
        INDArray head = fused.getLayer("fc").params().dup();
        INDArray first = fused.getLayer("conv1").params().dup();
        fused.fit(batch());
        assertClose(fused.getLayer("fc").params(), head);
        assertThat(fused.getLayer("conv1").params().sub(first).amaxNumber().doubleValue()).isGreaterThan(1e-3);
    }

    @Test
    void frozenLayersStayAfterTheLearningRateIsSet() throws Exception {
        Path file = folder.resolve("model.zip");
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3);
        ModelFile.write(file, model, true);
        for (ComputationGraph network : new ComputationGraph[] {model.network(),
                ModelFile.read(file, true).network()}) {
            network.fit(batch());
            Freezing.apply(network, Optional.of(NetworkPart.STAGE3));
            network.setLearningRate(0.01);
            INDArray before = network.getLayer("conv1").params().dup();
            INDArray head = network.getLayer("fc").params().dup();
            INDArray state = network.getUpdater().getStateViewArray().dup();
            network.fit(batch());
            assertThat(network.getLayer("conv1").params().equalsWithEps(before, 0)).isTrue();
            assertThat(network.getLayer("fc").params().equalsWithEps(head, 0)).isFalse();
            assertThat(network.getUpdater().getStateViewArray().length()).isEqualTo(state.length());
            Freezing.apply(network, Optional.empty());
            network.fit(batch());
            assertThat(network.getLayer("conv1").params().equalsWithEps(before, 0)).isFalse();
            assertThat(((FusedGraphUpdater) network.getUpdater()).isFused()).isTrue();
        }
    }

    @Test
    void otherRulesGoDl4jsWay() {
        ComputationGraph adam = builder(new Adam(0.01)).build().init();
        ComputationGraph stock = stock(new Adam(0.01));
        assertThat(((FusedGraphUpdater) adam.getUpdater()).isFused()).isFalse();
        adam.fit(batch());
        stock.fit(batch());
        assertThat(adam.params().equalsWithEps(stock.params(), 0)).isTrue();
    }
}
