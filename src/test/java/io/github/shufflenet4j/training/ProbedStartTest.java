package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.transfer.LinearProbe;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/** Fine-tuning that starts from a linear probe. */
class ProbedStartTest {

    private static final Recipe RECIPE = Recipe.plain().with("imageSize", "32").with("epochs", "2")
            .with("batchSize", "16").with("learningRate", "0.02").with("probe", "true");

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path weights;

    @BeforeAll
    static void writeDataAndWeights() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 8, 3, 1).write(data);
        weights = folder.resolve("weights.zip");
        // For other classes than the data's.
        ModelFile.write(weights, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 7), false);
    }

    private static TrainingOptions options(Path output, Path from, Recipe recipe) {
        return new TrainingOptions(data, output, Optional.of(from), recipe, 5, 2, 1, CheckpointPolicy.standard());
    }

    private static TrainingOutcome run(Path output, Recipe recipe, BooleanSupplier stop) throws IOException {
        return new Trainer(TrainingBackend.local(), stop, List.of()).run(options(output, weights, recipe));
    }

    private static EvaluationResult evaluate(TrainedModel model) throws IOException {
        ImageSource images = ImageFolder.open(data.resolve("val"));
        Evaluator evaluator = new Evaluator(model.metadata().preprocessing(), 1);
        return evaluator.evaluate(evaluator.classifier(model.network()), images, new ArrayList<>()).result();
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve(Trainer.METRICS_FILE)).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    @ParameterizedTest
    @EnumSource
    void theClassifierIsThatOfAProbeAtTheRecipesSize(BlockLayout layout) throws IOException {
        Path file = folder.resolve(layout + ".zip");
        ModelFile.write(file, RandomModels.of(ShuffleNetV2Variant.X0_5, layout, 7), false);
        TrainedModel source = ModelFile.read(file, false);
        ModelWeights sized = ModelWeights.of(new TrainedModel(source.network(), source.metadata()
                .withPreprocessing(source.metadata().preprocessing().withSize(37, 32))));
        TrainedModel probe = LinearProbe.of(sized).fit(ImageFolder.open(data.resolve("train"))).weights().toModel();

        TrainingOptions options = options(folder.resolve("probe"), file, RECIPE.with("evaluationCropRatio", "0.86"));
        TrainingData images = TrainingData.open(options);
        StartingNetwork start = StartingNetwork.of(options, images.train().classes(),
                RunLength.of(RECIPE, images.train().size()))
                .probed(images.train(), options.recipe(), List.of());

        assertThat(start.classifier()).contains(TrainingPlan.Classifier.PROBED);
        assertThat(start.model().network().params().equalsWithEps(probe.network().params(), 1e-6)).isTrue();
    }

    /** So high a learning rate leaves nothing of the network. */
    @Test
    void theProbeIsKeptIfNoEpochSurpassesIt() throws IOException {
        Path output = folder.resolve("kept");
        TrainingOutcome outcome = run(output, RECIPE.with("learningRate", "20").with("epochs", "1"), () -> false);
        EpochMetrics best = outcome.best().orElseThrow();
        assertThat(best.epoch()).isZero();
        assertThat(outcome.epoch()).isEqualTo(1);
        TrainedModel model = ModelFile.read(output.resolve(Trainer.MODEL_FILE), false);
        assertThat(model.metadata().provenance()).containsEntry("epoch", "0 of 1");
        assertThat(evaluate(model).top1()).isCloseTo(best.validation().top1(), Offset.offset(1e-9));
        assertThat(evaluate(ModelFile.read(output.resolve(Trainer.LAST_FILE), false)).top1())
                .isLessThan(best.validation().top1());
        assertThat(metrics(output)).hasSize(3);
        assertThat(metrics(output).get(1)).startsWith("0,NaN,NaN,");
        assertThat(output.resolve(Trainer.REPORT_FILE)).content().contains("before the first epoch");
    }

    /** The averaged network of the last epoch, which is the best one of a run of one epoch. */
    @Test
    void theAveragedNetworkLiesBetweenStartAndNetwork() throws IOException {
        Path output = folder.resolve("between");
        Recipe recipe = RECIPE.with("epochs", "1").with("probe", "false");
        run(output, recipe.with("interpolation", "0.25"), () -> false);
        INDArray start = ModelFile.read(output.resolve(Trainer.START_FILE), false).network().params();
        INDArray last = ModelFile.read(output.resolve(Trainer.LAST_FILE), false).network().params();
        INDArray averaged = ModelFile.read(output.resolve(Trainer.AVERAGED_FILE), false).network().params();
        assertThat(averaged.equalsWithEps(start.mul(0.75).add(last.mul(0.25)), 1e-6)).isTrue();
        assertThat(averaged.equalsWithEps(start, 1e-6)).isFalse();
    }

    @Test
    void theAveragedNetworkIsTheBestOfSeveral() throws IOException {
        Recipe recipe = RECIPE.with("epochs", "1").with("probe", "false");
        List<EvaluationResult> each = new ArrayList<>();
        for (String share : List.of("0.1", "0.6", "0.9", "0.1,0.6,0.9")) {
            Path output = folder.resolve("share-" + share);
            TrainingOutcome outcome = run(output, recipe.with("interpolation", share), () -> false);
            each.add(outcome.best().orElseThrow().averaged().orElseThrow());
        }
        EvaluationResult best = each.subList(0, 3).stream().reduce((a, b) -> b.isBetterThan(a) ? b : a).orElseThrow();
        assertThat(each.get(3)).isEqualTo(best);
        Path file = folder.resolve("share-0.1,0.6,0.9").resolve(Trainer.AVERAGED_FILE);
        TrainedModel averaged = ModelFile.read(file, false);
        assertThat(evaluate(averaged).top1()).isCloseTo(best.top1(), Offset.offset(1e-9));
        assertThat(averaged.metadata().provenance()).containsEntry("interpolation",
                List.of("0.1", "0.6", "0.9").get(each.indexOf(best)));
    }

    /** Once before its validation, once after, and then in every epoch. */
    @ParameterizedTest
    @ValueSource(strings = {"emaDecay=0.99", "interpolation=0.25,0.75"})
    void aResumedRunIsTheSame(String averaging) throws IOException {
        Path straight = folder.resolve("straight-" + averaging);
        Path stopped = folder.resolve("stopped-" + averaging);
        Recipe recipe = RECIPE.with(averaging.split("=")[0], averaging.split("=")[1]).with("emaSteps", "1");
        run(straight, recipe, () -> false);
        AtomicInteger asked = new AtomicInteger();
        TrainingOutcome outcome = run(stopped, recipe, () -> asked.incrementAndGet() == 1);
        for (int stops = 1; !outcome.finished(); stops++) {
            assertThat(stops).isLessThan(30);
            int at = 1 + 2 * stops;
            AtomicInteger again = new AtomicInteger();
            outcome = new Trainer(TrainingBackend.local(), () -> again.incrementAndGet() == at, List.of())
                    .resume(new ResumeOptions(stopped, Optional.empty(), 1, 1, CheckpointPolicy.standard(),
                            Optional.empty(), Optional.empty()));
        }
        ComputationGraph network = ModelFile.read(stopped.resolve(Trainer.LAST_FILE), true).network();
        ComputationGraph other = ModelFile.read(straight.resolve(Trainer.LAST_FILE), true).network();
        assertThat(network.params().equalsWithEps(other.params(), 0)).isTrue();
        assertThat(network.getUpdater().getStateViewArray()
                .equalsWithEps(other.getUpdater().getStateViewArray(), 0)).isTrue();
        assertThat(metrics(stopped)).isEqualTo(metrics(straight)).hasSize(4);
        for (String file : List.of(Trainer.MODEL_FILE, Trainer.AVERAGED_FILE)) {
            assertThat(ModelFile.read(stopped.resolve(file), false).network().params().equalsWithEps(
                    ModelFile.read(straight.resolve(file), false).network().params(), 0)).as(file).isTrue();
        }
    }

    /** As on the first run's own model, whose classes are those of the data. */
    @Test
    void aClassifierForTheSameClassesIsKeptAndValidated() throws IOException {
        Path first = folder.resolve("first");
        run(first, RECIPE.with("epochs", "1"), () -> false);
        Path second = folder.resolve("second");
        Path model = first.resolve(Trainer.LAST_FILE);
        new Trainer().run(options(second, model, RECIPE.with("epochs", "1")));
        String last = metrics(first).get(metrics(first).size() - 1);
        assertThat(metrics(second).get(1).split(",", 4)[3]).isEqualTo(last.split(",", 4)[3]);
    }
}
