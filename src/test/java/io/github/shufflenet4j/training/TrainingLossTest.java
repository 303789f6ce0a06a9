package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.weights.TrainedModel;

/** The training loss that runs report, with a large weight decay. */
class TrainingLossTest {

    private static final int CLASSES = 10;
    private static final int SIZE = 32;
    private static final double SMOOTHING = 0.25;
    /** Steps so small that they are lost in rounding: every step sees the initial weights. */
    private static final Recipe STANDING = Recipe.plain().with("variant", "x0.25").with("imageSize", "" + SIZE)
            .with("batchSize", "20").with("epochs", "1").with("labelSmoothing", "" + SMOOTHING)
            .with("weightDecay", "0.5").with("learningRate", "1e-30");

    @TempDir
    private static Path folder;
    private static Path data;

    /** The losses of a run. */
    private static final class Losses implements TrainingCallback {

        private final List<Double> steps = new ArrayList<>();
        private double penalty;
        private double ofEpoch;

        @Override
        public void trainingStarted(TrainingPlan plan, ComputationGraph network) {
            penalty = network.calcRegularizationScore(true);
        }

        @Override
        public void stepDone(int step, double loss, double learningRate) {
            steps.add(loss);
        }

        @Override
        public void epochDone(EpochMetrics metrics, boolean best) {
            ofEpoch = metrics.trainLoss();
        }
    }

    @BeforeAll
    static void makeData() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 8, 1, 1).write(data);
    }

    private static TrainingOptions options(Path output, Recipe recipe, int workers) {
        return new TrainingOptions(data, output, Optional.empty(), recipe, 3, 2, workers, CheckpointPolicy.standard());
    }

    @ParameterizedTest(name = "micro-batches of {0}, workers: {1}")
    @CsvSource({"20, 1", "10, 1", "10, 2"})
    void itIsTheMeanCrossEntropyWithoutThePenalty(int microBatch, int workers) throws IOException {
        Path run = folder.resolve("standing-" + microBatch + "-" + workers);
        Recipe recipe = STANDING.with("microBatchSize", "" + microBatch);
        Losses losses = new Losses();
        new Trainer(losses).run(options(run, recipe, workers));

        TrainedModel initial = CheckedModelFile.read(run.resolve("checkpoints/checkpoint-000000000.zip")).model();
        double expected = crossEntropy(initial, new TrainingTask(ImageSource.open(data, "train"), recipe,
                initial.metadata().preprocessing(), 3));
        assertThat(losses.penalty).isGreaterThan(10);
        assertThat(losses.steps).hasSize(4);
        assertThat(losses.ofEpoch).isCloseTo(expected, Offset.offset(1e-5));
        assertThat(losses.steps.stream().mapToDouble(loss -> loss).average().orElseThrow())
                .isCloseTo(expected, Offset.offset(1e-5));
    }

    /** By definition, from the probabilities that the network gives in training mode. */
    private static double crossEntropy(TrainedModel model, TrainingTask task) throws IOException {
        double sum = 0;
        int images = 0;
        try (BatchLoader loader = task.batches(0).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                INDArray features = Nd4j.createFromArray(batch.features()).reshape('c', batch.size(), 3, SIZE, SIZE);
                INDArray probabilities = model.network().output(true, features)[0];
                for (int i = 0; i < batch.size(); i++, images++) {
                    for (int label = 0; label < CLASSES; label++) {
                        double target = SMOOTHING / CLASSES + (label == batch.labels()[i] ? 1 - SMOOTHING : 0);
                        sum -= target * Math.log(probabilities.getDouble(i, label));
                    }
                }
            }
        }
        assertThat(images).isEqualTo(80);
        return sum / images;
    }

    /** The sum of the steps before the stop is in the checkpoint. */
    @Test
    void aStopWithinTheEpochDoesNotChangeIt() throws IOException {
        Recipe recipe = STANDING.with("learningRate", "0.01");
        Losses whole = new Losses();
        new Trainer(whole).run(options(folder.resolve("whole"), recipe, 1));
        Path run = folder.resolve("stopped");
        Losses first = new Losses();
        BooleanSupplier afterTwo = () -> first.steps.size() >= 2;
        assertThat(new Trainer(TrainingBackend.local(), afterTwo, List.of(first)).run(options(run, recipe, 1))
                .finished()).isFalse();
        Losses second = new Losses();
        new Trainer(second).resume(new ResumeOptions(run, Optional.empty(), 1, 1, CheckpointPolicy.standard()));
        assertThat(first.steps).isEqualTo(whole.steps.subList(0, 2));
        assertThat(second.steps).isEqualTo(whole.steps.subList(2, 4));
        assertThat(second.ofEpoch).isEqualTo(whole.ofEpoch);
    }

    @Test
    void aLossThatIsNoNumberEndsTheRun() {
        assertThatExceptionOfType(DivergedException.class).isThrownBy(() -> new Trainer().run(
                options(folder.resolve("diverged"), STANDING.with("learningRate", "1e30").with(
                        RecipeKeys.WARMUP_EPOCHS.name(), "0"), 1))).withMessageContaining("diverged in epoch 1");
    }
}
