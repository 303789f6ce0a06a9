package io.github.shufflenet4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.data.source.ShardWriter;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.ResumeOptions;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.LocalSteps;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.training.step.WorkerShare;
import io.github.shufflenet4j.weights.TrainedModel;

/** Two workers on Spark, in this process, against averaging by hand and against training without Spark. */
@EnabledForJreRange(maxVersion = 23, disabledReason = "Spark 3.5 does not run on later Javas")
class SparkTrainingTest {

    private static final long SEED = 5;
    private static final int WORKERS = 2;
    private static final int AVERAGE_EVERY = 2;
    /** Five steps an epoch: rounds of two, two and one. */
    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("epochs", "2").with("batchSize", "12").with("microBatchSize", "6").with("learningRate", "0.05")
            .with("mixup", "0.2").with("brightness", "0.4").with("emaDecay", "0.9999").with("emaSteps", "2");
    private static final CheckpointPolicy KEEP_ALL = new CheckpointPolicy(100, 10);

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path run;
    private static SparkBackend spark;

    @BeforeAll
    static void trainOnSpark() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 6, 4, 1).write(data);
        spark = new SparkBackend(settings(WORKERS, AVERAGE_EVERY));
        run = folder.resolve("run");
        assertThat(train(spark, run, RECIPE, () -> false).finished()).isTrue();
    }

    @AfterAll
    static void leaveSpark() {
        spark.close();
    }

    private static SparkSettings settings(int workers, int averageEvery) {
        // A task that fails is run again, as on a cluster.
        return new SparkSettings(Optional.of("local[2,3]"), workers, averageEvery,
                Map.of("spark.ui.enabled", "false"));
    }

    private static TrainingOutcome train(TrainingBackend backend, Path output, Recipe recipe,
                                         BooleanSupplier stop) throws IOException {
        return new Trainer(backend, stop, List.of())
                .run(new TrainingOptions(data, output, Optional.empty(), recipe, SEED, 2, 1, KEEP_ALL));
    }

    private static NetworkState last(Path output) throws IOException {
        return NetworkState.of(ModelFile.read(output.resolve(Trainer.LAST_FILE), true).network());
    }

    private static void assertSame(NetworkState actual, NetworkState expected) {
        assertThat(actual.parameters()).isEqualTo(expected.parameters());
        assertThat(actual.updater()).isEqualTo(expected.updater());
        assertThat(actual.iteration()).isEqualTo(expected.iteration());
        assertThat(actual.epoch()).isEqualTo(expected.epoch());
    }

    /** True when it is asked for the n-th time. */
    private static BooleanSupplier at(int n) {
        AtomicInteger asked = new AtomicInteger();
        return () -> asked.incrementAndGet() == n;
    }

    private static Path checkpoint(Path output, int iteration) {
        return output.resolve(String.format("checkpoints/checkpoint-%09d.zip", iteration));
    }

    private static List<String> metrics(Path output) throws IOException {
        return Files.readAllLines(output.resolve(Trainer.METRICS_FILE)).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    /** Two networks, one after the other in this thread, and their mean, number by number. */
    @Test
    void theNetworkIsTheMeanOfTwoTrainedApart() throws IOException {
        TrainedModel first = CheckedModelFile.read(checkpoint(run, 0)).model();
        TrainedModel second = CheckedModelFile.read(checkpoint(run, 0)).model();
        TrainingTask task = new TrainingTask(ImageFolder.open(data.resolve("train")), RECIPE,
                first.metadata().preprocessing(), SEED);
        RunLength length = task.length();
        assertThat(length.stepsPerEpoch()).isEqualTo(5);
        for (int epoch = 0; epoch < 2; epoch++) {
            for (int step = 0; step < 5; step += AVERAGE_EVERY) {
                int end = Math.min(5, step + AVERAGE_EVERY);
                train(task, first.network(), epoch, step, end, 0);
                train(task, second.network(), epoch, step, end, 1);
                NetworkState one = NetworkState.of(first.network());
                NetworkState other = NetworkState.of(second.network());
                NetworkState mean = new NetworkState(mean(one.parameters(), other.parameters()),
                        mean(one.updater(), other.updater()), one.iteration(), one.epoch());
                mean.copyTo(first.network());
                mean.copyTo(second.network());
            }
            first.network().incrementEpochCount();
            second.network().incrementEpochCount();
        }
        NetworkState expected = NetworkState.of(first.network());
        assertThat(expected.iteration()).isEqualTo(10);
        assertThat(expected.parameters()).isNotEqualTo(
                NetworkState.of(CheckedModelFile.read(checkpoint(run, 0)).model().network()).parameters());
        assertSame(last(run), expected);
    }

    private static void train(TrainingTask task, ComputationGraph network, int epoch, int from, int to, int worker)
            throws IOException {
        try (LocalSteps steps =
                new LocalSteps(task, network, epoch, from, to, WorkerShare.of(worker, WORKERS, 2), false, 1)) {
            for (int i = from; i < to; i++) {
                steps.next();
            }
        }
    }

    private static float[] mean(float[] one, float[] other) {
        float[] mean = new float[one.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) ((6.0 * one[i] + 6.0 * other[i]) / 12);
        }
        return mean;
    }

    @Test
    void validationIsThatOfThisProcess() throws IOException {
        TrainedModel model = ModelFile.read(run.resolve(Trainer.LAST_FILE), false);
        Evaluator evaluator = new Evaluator(model.metadata().preprocessing(), 2);
        EvaluationResult expected = evaluator.evaluate(evaluator.classifier(model.network()),
                ImageFolder.open(data.resolve("val")), new ArrayList<>()).result();
        String[] fields = metrics(run).get(2).split(",");
        assertThat(fields[3]).isEqualTo(String.format("%.6f", expected.loss()));
        assertThat(fields[4]).isEqualTo(String.format("%.3f", expected.top1()));
        assertThat(fields[5]).isEqualTo(String.format("%.3f", expected.top5()));
    }

    @Test
    void stoppedItGoesOnToTheSameNetworkAndWithoutSparkAsWell() throws IOException {
        Path stopped = folder.resolve("stopped");
        TrainingOutcome outcome = train(spark, stopped, RECIPE, at(2));
        assertThat(outcome.finished()).isFalse();
        assertThat(outcome.step()).isEqualTo(2 * AVERAGE_EVERY);
        Path local = Files.createDirectories(folder.resolve("local").resolve("checkpoints")).getParent();
        Files.copy(checkpoint(stopped, 4), checkpoint(local, 4));

        assertThat(new Trainer(spark, () -> false, List.of()).resume(resumption(stopped)).finished())
                .isTrue();
        assertSame(last(stopped), last(run));
        assertThat(metrics(stopped)).isEqualTo(metrics(run));

        assertThat(new Trainer().resume(resumption(local)).finished()).isTrue();
        assertThat(last(local).iteration()).isEqualTo(10);
    }

    /** Eleven images are one micro-batch of six: the second worker has nothing to do. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "sampling", "loss"})
    void fewerImagesThanABatchAreTrainedOnAsWithoutSpark(String balance) throws IOException {
        Path few = folder.resolve("few-" + balance);
        new RenderedDataset(40, 1, 1, 1).write(few);
        Files.copy(few.resolve("val/star/0000.jpg"), few.resolve("train/star/0001.jpg"));
        List<NetworkState> ends = new ArrayList<>();
        for (TrainingBackend backend : List.of(spark, TrainingBackend.local())) {
            Path output = folder.resolve("few-" + balance + ends.size());
            assertThat(new Trainer(backend, () -> false, List.of()).run(new TrainingOptions(few, output,
                    Optional.empty(), RECIPE.with("balance", balance), SEED, 2, 1, KEEP_ALL)).finished()).isTrue();
            ends.add(last(output));
        }
        assertThat(ends.get(0).iteration()).isEqualTo(2);
        assertSame(ends.get(0), ends.get(1));
    }

    private static ResumeOptions resumption(Path output) {
        return new ResumeOptions(output, Optional.empty(), 1, 1, KEEP_ALL);
    }

    /** Each task fails once, wherever it runs, and is run again, as after the death of an executor. */
    @Test
    void tasksThatAreRunAgainGiveTheSameNetwork() throws IOException {
        FailingImages.left.set(WORKERS);
        TrainedModel model = CheckedModelFile.read(checkpoint(run, 0)).model();
        ImageFolder images = ImageFolder.open(data.resolve("train"));
        TrainingTask task = new TrainingTask(images, RECIPE, model.metadata().preprocessing(), SEED);
        TrainingTask failing = new TrainingTask(new FailingImages(images), RECIPE, model.metadata().preprocessing(),
                SEED);
        try (EpochSteps steps =
                new SparkRun(spark.context(), failing, images, model.network(), WORKERS, 5).steps(0, 0)) {
            steps.next();
        }
        NetworkState afterFailures = NetworkState.of(model.network());
        assertThat(FailingImages.left.get()).isNegative();

        ComputationGraph undisturbed = CheckedModelFile.read(checkpoint(run, 0)).model().network();
        try (EpochSteps steps = new SparkRun(spark.context(), task, images, undisturbed, WORKERS,
                5).steps(0, 0)) {
            assertThat(steps.next()).hasSize(5);
        }
        assertSame(afterFailures, NetworkState.of(undisturbed));
    }

    /** Fails the first times. */
    private record FailingImages(ImageSource images) implements ImageSource, Serializable {

        private static final AtomicInteger left = new AtomicInteger();

        @Override
        public byte[] read(int sample) throws IOException {
            if (left.getAndDecrement() > 0) {
                throw new IllegalStateException("this executor dies");
            }
            return images.read(sample);
        }

        @Override
        public int size() {
            return images.size();
        }

        @Override
        public List<String> classes() {
            return images.classes();
        }

        @Override
        public int label(int sample) {
            return images.label(sample);
        }

        @Override
        public String name(int sample) {
            return images.name(sample);
        }

        @Override
        public Fingerprint fingerprint() throws DataException {
            return images.fingerprint();
        }
    }

    /** Images and lists in a file system that Java does not know: Hadoop's view of another. */
    @Test
    void imagesMayLieInAnyFileSystemOfHadoop() throws IOException {
        Path packed = folder.resolve("packed");
        new ShardWriter(25).write(packed, Map.of("train", ImageFolder.open(data.resolve("train"))));
        spark.context().hadoopConfiguration().set("fs.viewfs.mounttable.test.link./all", folder.toUri().toString());
        Location seen = spark.data("viewfs://test/all/data");
        assertThat(seen.toString()).isEqualTo("viewfs://test/all/data").isEqualTo(seen.absolute().toString());
        assertThat(ImageSource.open(ImageSource.split(seen, "train")).fingerprint())
                .isEqualTo(ImageSource.open(data, "train").fingerprint());

        Path viewed = folder.resolve("viewed");
        new Trainer(spark, at(3), List.of()).run(
                new TrainingOptions(seen, viewed, Optional.empty(), RECIPE, SEED, 2, 1, KEEP_ALL));
        assertThat(NetworkState.of(CheckedModelFile.read(checkpoint(viewed, 5)).model().network()).parameters())
                .isEqualTo(NetworkState.of(CheckedModelFile.read(checkpoint(run, 5)).model().network()).parameters());

        ImageSource shards = ImageSource.open(
                ImageSource.split(spark.data("viewfs://test/all/packed"), "train"));
        ImageSource local = ImageSource.open(packed, "train");
        ImageSource sent = SerializationUtils.roundtrip((Serializable & ImageSource) shards);
        assertThat(shards.fingerprint()).isEqualTo(local.fingerprint());
        assertThat(sent.size()).isEqualTo(60);
        for (int sample = 0; sample < sent.size(); sample++) {
            assertThat(sent.read(sample)).isEqualTo(local.read(sample)).isEqualTo(shards.read(sample));
            assertThat(sent.label(sample)).isEqualTo(local.label(sample));
        }
        assertThat(sent.name(0)).startsWith("viewfs://test/all/packed/train/").isEqualTo(shards.name(0));

        assertThatIOException().isThrownBy(() -> spark.data("nowhere://host/set"))
                .withMessageContaining("nowhere").withMessageNotContaining("\n");
        assertThatIOException().isThrownBy(() -> ImageSource.open(
                ImageSource.split(spark.data("viewfs://test/all/none"), "train")))
                .withMessage("viewfs://test/all/none/train: no such folder or file");
    }

    @Test
    void recipesThatCannotBeSharedAreRefused() {
        settings(1, 1).requireFit(RECIPE);
        assertThatIllegalArgumentException().isThrownBy(() -> settings(3, 1).requireFit(RECIPE))
                .withMessageStartingWith("3 workers cannot share the 2 micro-batch(es)");
        assertThatIllegalArgumentException().isThrownBy(() -> settings(2, 3).requireFit(RECIPE))
                .withMessageContaining("emaSteps must be a multiple").withMessageContaining("3, got 2");
        assertThatIllegalArgumentException().isThrownBy(() -> settings(0, 1)).withMessageContaining("workers");
        assertThatIllegalArgumentException().isThrownBy(() -> settings(1, 0)).withMessageContaining("averages");
    }
}
