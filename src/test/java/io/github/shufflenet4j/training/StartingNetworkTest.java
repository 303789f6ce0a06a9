package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.recipe.Recipe;
import io.github.shufflenet4j.updater.FusedGraphUpdater;
import io.github.shufflenet4j.weights.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;

/** What a run starts from: whose weights, which of them, and how fast they learn. */
class StartingNetworkTest {

    private static final List<String> CLASSES = List.of("a", "b", "c");
    private static final RunLength LENGTH = new RunLength(6, 1, 10, 100);
    private static final Recipe RECIPE =
            Recipe.plain().with("imageSize", "32").with("learningRate", "0.25").with("weightDecay", "0");

    @TempDir
    private Path folder;
    private Path file;
    private TrainedModel weights;

    @BeforeEach
    void writeWeights() throws IOException {
        file = folder.resolve("weights.zip");
        weights = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3);
        ModelFile.write(file, weights, false);
    }

    private StartingNetwork start(Recipe recipe, Optional<Path> from) throws IOException {
        return StartingNetwork.of(new TrainingOptions(folder, folder.resolve("run"), from, recipe, 1, 1, 1,
                CheckpointPolicy.standard()), CLASSES, LENGTH);
    }

    private ComputationGraph started(Recipe recipe) throws IOException {
        return start(recipe, Optional.of(file)).model().network();
    }

    @Test
    void aClassifierForAsManyClassesStaysUnlessANewOneIsAskedFor() throws IOException {
        StartingNetwork kept = start(RECIPE, Optional.of(file));
        assertThat(kept.headReplaced()).isFalse();
        assertThat(kept.model().network().params()).isEqualTo(weights.network().params());

        StartingNetwork replaced = start(RECIPE.with("newHead", "true"), Optional.of(file));
        assertThat(replaced.headReplaced()).isTrue();
        weights.network().paramTable().forEach((key, array) -> assertThat(
                replaced.model().network().getParam(key).equals(array)).as(key).isEqualTo(!key.startsWith("fc")));
    }

    @Test
    void randomWeightsAreNotFrozen() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start(RECIPE.with("freeze", "stage2"), Optional.empty()))
                .withMessageContaining("random weights").withMessageContaining("freeze");
    }

    /** The share is a power of two, so that its steps are exact: of Nesterov's rule, plain momentum, with warm-up. */
    @ParameterizedTest
    @ValueSource(strings = {"nesterov", "momentum"})
    void theBodyTakesItsShareOfTheStep(String optimizer) throws IOException {
        Recipe recipe = RECIPE.with("optimizer", optimizer).with("warmupFactor", "0.5");
        INDArray whole = step(started(recipe));
        INDArray shared = step(started(recipe.with("bodyLearningRate", "0.125")));
        ComputationGraph network = started(recipe);
        int compared = 0;
        int offset = 0;
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = network.getVertices()[index];
            Map<String, INDArray> parameters = vertex.numParams() == 0 ? Map.of() : vertex.paramTable(false);
            for (Map.Entry<String, INDArray> parameter : parameters.entrySet()) {
                boolean statistic = List.of("mean", "var").contains(parameter.getKey());
                float share = vertex.getVertexName().equals("fc") || statistic ? 1 : 0.125f;
                for (int i = 0; i < parameter.getValue().length(); i++, offset++) {
                    assertThat(shared.getFloat(offset)).isEqualTo(share * whole.getFloat(offset));
                    compared += whole.getFloat(offset) != 0 ? 1 : 0;
                }
            }
        }
        assertThat(compared).isGreaterThan(90_000);
    }

    /** The step that the first update takes: what is subtracted from the parameters. */
    private static INDArray step(ComputationGraph network) {
        Nd4j.getRandom().setSeed(3);
        TrainingStep update = new TrainingStep(network, 1);
        update.add(Nd4j.randn(DataType.FLOAT, 6, 3, 32, 32), Nd4j.eye(3).repeat(0, 2).castTo(DataType.FLOAT));
        update.apply();
        return network.getFlattenedGradients().reshape(network.numParams()).dup();
    }

    @Test
    void sharesSurviveAModelFile() throws IOException {
        ComputationGraph network = started(RECIPE.with("bodyLearningRate", "0.1"));
        step(network);
        ComputationGraph restored = RoundTrips.saveAndLoad(network);
        FusedGraphUpdater.install(restored);
        assertThat(step(restored)).isEqualTo(step(network));
    }
}
