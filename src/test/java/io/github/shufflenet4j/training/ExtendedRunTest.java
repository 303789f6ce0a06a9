package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;

/** Runs that become longer than planned, or shorter. */
class ExtendedRunTest {

    /** Of four steps an epoch. */
    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("epochs", "2").with("batchSize", "12").with("microBatchSize", "6").with("learningRate", "0.01")
            .with("optimizer", "adamw").with("layerDecay", "0.7").with("clipGradientNorm", "1");

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path weights;

    @BeforeAll
    static void writeDataAndWeights() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 5, 2, 1).write(data);
        weights = folder.resolve("weights.zip");
        ModelFile.write(weights, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10), false);
    }

    private static final class Told implements TrainingCallback {

        private final List<String> extended = new ArrayList<>();
        private double learningRate;
        private int steps;

        @Override
        public void trainingExtended(int before, int epochs, double rate) {
            extended.add(before + " to " + epochs);
            learningRate = rate;
        }

        @Override
        public void stepDone(int step, double loss, double rate) {
            steps++;
        }
    }

    private static TrainingOutcome run(Path output, Recipe recipe, BooleanSupplier stop) throws IOException {
        return new Trainer(TrainingBackend.local(), stop, List.of()).run(new TrainingOptions(data, output,
                Optional.of(weights), recipe, 5, 2, 1, CheckpointPolicy.standard()));
    }

    private static TrainingOutcome resume(Path output, Integer epochs, Integer patience, Told told,
                                          BooleanSupplier stop) throws IOException {
        return new Trainer(TrainingBackend.local(), stop, List.of(told)).resume(new ResumeOptions(output,
                Optional.empty(), 1, 1, CheckpointPolicy.standard(), Optional.ofNullable(epochs),
                Optional.ofNullable(patience)));
    }

    /** True when it is asked for the n-th time. */
    private static BooleanSupplier at(int n) {
        AtomicInteger asked = new AtomicInteger();
        return () -> asked.incrementAndGet() == n;
    }

    private static void assertSameRun(Path actual, Path expected) throws IOException {
        ComputationGraph network = ModelFile.read(actual.resolve(Trainer.LAST_FILE), true).network();
        ComputationGraph other = ModelFile.read(expected.resolve(Trainer.LAST_FILE), true).network();
        assertThat(network.params().equalsWithEps(other.params(), 0)).isTrue();
        assertThat(network.getUpdater().getStateViewArray()
                .equalsWithEps(other.getUpdater().getStateViewArray(), 0)).isTrue();
        assertThat(network.getConfiguration().toJson()).isEqualTo(other.getConfiguration().toJson());
        assertThat(metrics(actual)).isEqualTo(metrics(expected));
        assertThat(actual.resolve(Trainer.RECIPE_FILE))
                .hasSameTextualContentAs(expected.resolve(Trainer.RECIPE_FILE));
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve(Trainer.METRICS_FILE)).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    @Test
    void withoutDecayAnExtendedRunIsTheLongerOne() throws IOException {
        Recipe recipe = RECIPE.with("schedule", "constant").with("warmupEpochs", "0");
        Path extended = folder.resolve("constant");
        Path straight = folder.resolve("constant-straight");
        run(straight, recipe.with("epochs", "4"), () -> false);
        run(extended, recipe, () -> false);
        resume(extended, 4, null, new Told(), () -> false);
        assertSameRun(extended, straight);
    }

    @Test
    void theLearningRateGoesOnAsInARunOfThatLength() throws IOException {
        Path straight = folder.resolve("extended");
        Path stopped = folder.resolve("extended-stopped");
        for (Path output : List.of(straight, stopped)) {
            run(output, RECIPE.with("warmupEpochs", "0").with("emaDecay", "0.99"), () -> false);
        }
        Told told = new Told();
        assertThat(resume(straight, 4, null, told, () -> false).finished()).isTrue();
        assertThat(told.extended).containsExactly("2 to 4");
        assertThat(told.learningRate).isCloseTo(0.01 * (1 + Math.cos(Math.PI / 2)) / 2, Offset.offset(1e-9));
        assertThat(metrics(straight)).hasSize(5).last().asString().startsWith("4,9.60736e-05,");

        told = new Told();
        TrainingOutcome outcome = resume(stopped, 4, null, told, at(2));
        for (int stops = 1; !outcome.finished(); stops++) {
            assertThat(stops).isLessThan(20);
            // With the length or without, it is known now.
            outcome = resume(stopped, stops % 2 == 0 ? 4 : null, null, told, at(2 + 4 * stops));
        }
        assertThat(told.extended).containsExactly("2 to 4");
        assertThat(told.steps).isEqualTo(8);
        assertSameRun(stopped, straight);
    }

    @Test
    void whatCannotBeExtendedIsNamed() throws IOException {
        Path run = folder.resolve("refused");
        run(run, RECIPE, at(1));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> resume(run, 1, null, new Told(), () -> false))
                .withMessage(run + ": is a run of 2 epochs, which can be extended to more, not to 1");
        Path counted = folder.resolve("counted");
        run(counted, RECIPE.with("iterations", "6"), at(1));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> resume(counted, 4, null, new Told(), () -> false))
                .withMessage(counted + ": its length is 6 iterations, not epochs; it cannot be extended");
    }

    /** All but the classifier is frozen, and its steps are too small to change it: the first epoch stays the best. */
    @Test
    void aRunWithoutABetterValidationEndsEarly() throws IOException {
        Recipe recipe = RECIPE.with("epochs", "10").with("freeze", "conv5").with("learningRate", "1e-30")
                .with("patience", "2");
        Path run = folder.resolve("early");
        TrainingOutcome outcome = run(run, recipe, () -> false);
        assertThat(outcome.finished()).isTrue();
        assertThat(outcome.early()).isTrue();
        assertThat(outcome.epoch()).isEqualTo(3);
        assertThat(outcome.best().orElseThrow().epoch()).isEqualTo(1);
        assertThat(Files.readString(run.resolve(Trainer.REPORT_FILE)))
                .contains("3 of 10 epochs, ended early after 2 epochs without a better validation");

        Path stopped = folder.resolve("early-stopped");
        assertThat(run(stopped, recipe, at(14)).finished()).isFalse();
        TrainingOutcome resumed = resume(stopped, null, null, new Told(), () -> false);
        assertThat(resumed.early()).isTrue();
        assertThat(resumed.epoch()).isEqualTo(3);
        assertSameRun(stopped, run);

        Told told = new Told();
        assertThat(resume(run, null, null, told, () -> false).early()).isTrue();
        assertThat(told.steps).isZero();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> resume(run, 12, null, told, () -> false))
                .withMessage(run + ": ended early, after epoch 3; to extend it, raise its patience of 2, or set it to"
                        + " 0");
        assertThat(resume(run, 12, 4, told, () -> false).epoch()).isEqualTo(5);
        assertThat(told.extended).containsExactly("10 to 12");
        assertThat(told.steps).isEqualTo(8);
    }

    @Test
    void patienceIsForTheNetworkAndItsAverage() {
        int[] top1 = {1, 3, 2, 3, 2, 2};
        int[] averaged = {1, 1, 1, 2, 2, 1};
        List<EpochMetrics> history = IntStream.range(0, top1.length).mapToObj(i -> new EpochMetrics(i + 1, 0.1, 1,
                result(top1[i]), Optional.of(result(averaged[i])), 1)).toList();
        assertThat(IntStream.rangeClosed(0, 6)
                .filter(epochs -> new EarlyStopping(2).ends(history.subList(0, epochs)))).containsExactly(6);
        assertThat(IntStream.rangeClosed(0, 6)
                .filter(epochs -> new EarlyStopping(1).ends(history.subList(0, epochs)))).containsExactly(3, 5, 6);
        assertThat(new EarlyStopping(3).ends(history)).isFalse();
        assertThat(new EarlyStopping(0).ends(history)).isFalse();
    }

    private static EvaluationResult result(int top1) {
        return new EvaluationResult(9, top1, 9, 1, top1, top1);
    }
}
