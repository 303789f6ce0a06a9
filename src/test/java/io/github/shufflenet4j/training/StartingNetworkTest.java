package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.deeplearning4j.nn.api.Layer;
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
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.pretrained.ImageNetClasses;
import io.github.shufflenet4j.training.TrainingPlan.Classifier;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.TrainingStep;
import io.github.shufflenet4j.updater.FusedGraphUpdater;
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
        writeWeights(CLASSES);
    }

    private void writeWeights(List<String> classes) throws IOException {
        ModelFile.write(file, new TrainedModel(weights.network(), weights.metadata().withClassNames(classes)), false);
    }

    private StartingNetwork start(Recipe recipe, Optional<Path> from) throws IOException {
        return start(recipe, from, CLASSES);
    }

    private StartingNetwork start(Recipe recipe, Optional<Path> from, List<String> classes) throws IOException {
        return StartingNetwork.of(new TrainingOptions(folder, folder.resolve("run"), from, recipe, 1, 1, 1,
                CheckpointPolicy.standard()), classes, LENGTH);
    }

    private ComputationGraph started(Recipe recipe) throws IOException {
        return start(recipe, Optional.of(file)).model().network();
    }

    @Test
    void aClassifierForTheSameClassesStaysUnlessANewOneIsAskedFor() throws IOException {
        assertKept(start(RECIPE, Optional.of(file)), Classifier.KEPT);
        assertReplaced(start(RECIPE.with("newHead", "true"), Optional.of(file)));
        assertThat(start(RECIPE, Optional.empty()).classifier()).isEmpty();
    }

    private void assertKept(StartingNetwork start, Classifier classifier) {
        assertThat(start.classifier()).contains(classifier);
        assertThat(start.model().network().params()).isEqualTo(weights.network().params());
        assertThat(start.model().metadata().classNames()).hasSize(3);
    }

    private void assertReplaced(StartingNetwork start) {
        assertThat(start.classifier()).contains(Classifier.REPLACED);
        weights.network().paramTable().forEach((key, array) -> assertThat(
                start.model().network().getParam(key).equals(array)).as(key).isEqualTo(!key.startsWith("fc")));
    }

    /** Those that share some of their names, too. */
    @Test
    void aClassifierForAsManyOtherClassesIsReplaced() throws IOException {
        writeWeights(List.of("a", "b", "d"));
        assertReplaced(start(RECIPE, Optional.of(file)));
        writeWeights(List.of("a", "a", "b"));
        assertReplaced(start(RECIPE, Optional.of(file)));
    }

    @Test
    void aClassifierForTheSameClassesInAnotherOrderIsReordered() throws IOException {
        writeWeights(List.of("c", "a", "b"));
        StartingNetwork start = start(RECIPE, Optional.of(file));
        assertThat(start.classifier()).contains(Classifier.REORDERED);
        assertThat(start.model().metadata().classNames()).isEqualTo(CLASSES);
        int[] rows = {1, 2, 0};
        Layer expected = weights.network().getLayer("fc");
        Layer actual = start.model().network().getLayer("fc");
        for (int i = 0; i < rows.length; i++) {
            assertThat(actual.getParam("W").getColumn(i)).isEqualTo(expected.getParam("W").getColumn(rows[i]));
            assertThat(actual.getParam("b").getFloat(i)).isEqualTo(expected.getParam("b").getFloat(rows[i]));
        }
        assertThat(actual.params()).isNotEqualTo(expected.params());
        assertThat(start.model().network().getLayer("conv5").params())
                .isEqualTo(weights.network().getLayer("conv5").params());
    }

    @Test
    void aClassifierOfUnknownClassesIsKeptForAsMany() throws IOException {
        writeWeights(List.of("0", "1", "2"));
        assertKept(start(RECIPE, Optional.of(file)), Classifier.KEPT_UNCHECKED);
        assertKept(start(RECIPE, Optional.of(file), List.of("0", "1", "2")), Classifier.KEPT);
        assertThat(start(RECIPE, Optional.of(file), List.of("0", "2", "1")).classifier())
                .contains(Classifier.REORDERED);
        assertThat(start(RECIPE, Optional.of(file), List.of("a", "b")).classifier()).contains(Classifier.REPLACED);
    }

    @Test
    void imageNetsClassesAreTheSameByEitherName() throws IOException {
        writeWeights(List.of("tench", "goldfish", "great white shark"));
        assertKept(start(RECIPE, Optional.of(file), ImageNetClasses.wordNetIds().subList(0, 3)), Classifier.KEPT);
        assertThat(start(RECIPE, Optional.of(file), List.of("n01443537", "n01440764", "n01484850")).classifier())
                .contains(Classifier.REORDERED);
        assertThat(ImageNetClasses.identities(ImageNetClasses.names())).isEqualTo(ImageNetClasses.wordNetIds())
                .doesNotHaveDuplicates();
    }

    @Test
    void randomWeightsAreNotFrozen() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start(RECIPE.with("freeze", "stage2"), Optional.empty()))
                .withMessageContaining("random weights").withMessageContaining("freeze");
    }

    /** The shares are powers of two, so that the steps are exact: of Nesterov's rule, plain momentum, with warm-up. */
    @ParameterizedTest
    @ValueSource(strings = {"nesterov", "momentum"})
    void partsTakeTheirSharesOfTheStep(String optimizer) throws IOException {
        Recipe recipe = RECIPE.with("optimizer", optimizer).with("warmupFactor", "0.5");
        INDArray whole = step(started(recipe));
        INDArray shared = step(started(recipe.with("bodyLearningRate", "0.125").with("layerDecay", "0.5")));
        ComputationGraph network = started(recipe);
        int compared = 0;
        int offset = 0;
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = network.getVertices()[index];
            Map<String, INDArray> parameters = vertex.numParams() == 0 ? Map.of() : vertex.paramTable(false);
            for (Map.Entry<String, INDArray> parameter : parameters.entrySet()) {
                boolean statistic = List.of("mean", "var").contains(parameter.getKey());
                int above = List.of("fc", "conv5", "stage4", "stage3", "stage2", "conv1")
                        .indexOf(vertex.getVertexName().replaceFirst("\\..*", ""));
                float share = above == 0 || statistic ? 1 : (float) Math.scalb(0.125, -above);
                for (int i = 0; i < parameter.getValue().length(); i++, offset++) {
                    assertThat(shared.getFloat(offset)).isEqualTo(share * whole.getFloat(offset));
                    compared += whole.getFloat(offset) != 0 ? 1 : 0;
                }
            }
        }
        assertThat(compared).isGreaterThan(90_000);
    }

    /** The first step: what is subtracted from the parameters. */
    private static INDArray step(ComputationGraph network) {
        Nd4j.getRandom().setSeed(3);
        TrainingStep step = new TrainingStep(network, 1);
        step.add(Nd4j.randn(DataType.FLOAT, 6, 3, 32, 32), Nd4j.eye(3).repeat(0, 2).castTo(DataType.FLOAT));
        step.apply();
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

    @Test
    void aNetworkOfGreyImagesStartsFromOneOfColours() throws IOException {
        TrainedModel gray = start(RECIPE.with("channels", "1"), Optional.of(file)).model();
        assertThat(gray.metadata().inputChannels()).isEqualTo(1);
        assertThat(gray.metadata().preprocessing().mean()).containsExactly(2.0);
        // A grey image, prepared for both networks.
        RgbImage image = TestImages.plain(32, 32, 0, 0, 0);
        for (int i = 0; i < 32 * 32; i++) {
            Arrays.fill(image.pixels(), 3 * i, 3 * i + 3, (byte) (7 * i + i * i));
        }
        INDArray expected = conv1(weights,
                weights.metadata().preprocessing().withSize(gray.metadata().preprocessing().resize(), 32), image);
        INDArray actual = conv1(gray, gray.metadata().preprocessing(), image);
        INDArrayIndex inside = NDArrayIndex.interval(1, 16);
        assertThat(actual.sub(expected).get(NDArrayIndex.all(), NDArrayIndex.all(), inside, inside).amaxNumber()
                .doubleValue()).isLessThan(1e-4 * expected.amaxNumber().doubleValue());
        weights.network().paramTable().forEach((key, array) -> assertThat(
                gray.network().getParam(key).equals(array)).as(key)
                .isEqualTo(!key.equals("conv1_W") && !key.equals("conv1_mean")));

        ModelFile.write(file, gray, false);
        assertThat(start(RECIPE, Optional.of(file)).model().network().params()).isEqualTo(gray.network().params());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start(RECIPE.with("channels", "3"), Optional.of(file)))
                .withMessage(file + ": is for images of 1 channels, not of 3; choose other weights");
        TrainedModel random = start(RECIPE.with("channels", "1"), Optional.empty()).model();
        assertThat(random.network().getParam("conv1_W").size(1)).isEqualTo(1);
        assertThat(random.metadata().preprocessing().channelOrder()).isEqualTo(Preprocessing.ChannelOrder.GRAY);
    }

    private static INDArray conv1(TrainedModel model, Preprocessing preprocessing, RgbImage image) {
        INDArray input = Nd4j.createFromArray(preprocessing.apply(image))
                .reshape('c', 1, preprocessing.channels(), 32, 32);
        return Activations.of(model.network(), input, ShuffleNetV2.CONV1).dup('c');
    }
}
