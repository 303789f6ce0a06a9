package io.github.shufflenet4j.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.SilentProgress;
import io.github.shufflenet4j.data.Extent;
import io.github.shufflenet4j.data.ImageFolder;
import io.github.shufflenet4j.data.LocatedImages;
import io.github.shufflenet4j.data.RenderedDataset;
import io.github.shufflenet4j.recipe.Recipe;
import io.github.shufflenet4j.training.BatchGradient;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.DivergedException;
import io.github.shufflenet4j.training.EpochGradients;
import io.github.shufflenet4j.training.EpochUpdates;
import io.github.shufflenet4j.training.PartRange;
import io.github.shufflenet4j.training.ResumeOptions;
import io.github.shufflenet4j.training.StepResult;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingEngine;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.TrainingTask;
import io.github.shufflenet4j.weights.CheckedModelFile;
import io.github.shufflenet4j.weights.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;

/** Two workers that share gradients on Spark, in this process, against sharing by hand and training without Spark. */
class GradientSharingTest {

    private static final long SEED = 5;
    private static final int WORKERS = 2;
    private static final double DENSITY = 0.03;
    private static final int ROUND = 3;
    /** Five updates an epoch: rounds of three and two. */
    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("epochs", "2").with("batchSize", "12").with("microBatchSize", "6").with("learningRate", "0.05")
            .with("mixup", "0.2").with("brightness", "0.4");
    private static final CheckpointPolicy KEEP_ALL = new CheckpointPolicy(100, 10);
    private static final LocatedImages.Reader PLAIN = extent -> extent.read(Path.of(extent.file()));

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path run;
    private static SparkEnvironment spark;

    @BeforeAll
    static void trainOnSpark() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 6, 4, 1).write(data);
        spark = new SparkEnvironment(new SparkSettings(Optional.of("local[2,3]"), WORKERS,
                new Sharing.Gradients(DENSITY, ROUND), Map.of("spark.ui.enabled", "false")));
        run = folder.resolve("run");
        assertThat(train(run, RECIPE, () -> false).finished()).isTrue();
    }

    @AfterAll
    static void leaveSpark() {
        spark.close();
    }

    private static TrainingOutcome train(Path output, Recipe recipe, BooleanSupplier stop) throws IOException {
        return new Trainer(new SilentProgress(), stop, spark)
                .run(new TrainingOptions(data, output, Optional.empty(), recipe, SEED, 2, 1, KEEP_ALL));
    }

    private static Path checkpoint(int iteration) {
        return run.resolve(String.format("checkpoints/checkpoint-%09d.zip", iteration));
    }

    private static TrainedModel start() throws IOException {
        return CheckedModelFile.read(checkpoint(0)).model();
    }

    private static TrainingTask task() throws IOException {
        return new TrainingTask(ImageFolder.open(data.resolve("train")), RECIPE, start().metadata().preprocessing(),
                SEED);
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

    private static TrainingEngine engine(ComputationGraph network, double density, int roundLength,
                                         LocatedImages.Reader reader) throws IOException {
        return new SparkEngine(spark.context(), task(), ImageFolder.open(data.resolve("val")), network, WORKERS,
                new Sharing.Gradients(density, roundLength), reader);
    }

    /** A worker by hand: all in plain loops, but for the gradient itself. */
    private static final class ByHand {

        private final ComputationGraph network;
        private final boolean[] alwaysSent;
        private final int[] arrayEnds;
        private float[] held;

        ByHand(ComputationGraph network) {
            this.network = network;
            List<Integer> ends = new ArrayList<>();
            this.alwaysSent = new boolean[(int) network.numParams()];
            this.held = new float[alwaysSent.length];
            int end = 0;
            for (Layer layer : network.getLayers()) {
                for (Map.Entry<String, INDArray> array : layer.paramTable().entrySet()) {
                    int from = end;
                    end += (int) array.getValue().length();
                    ends.add(end);
                    boolean small = !array.getKey().equals("W") || end - from <= 512;
                    for (int i = from; i < end; i++) {
                        alwaysSent[i] = small;
                    }
                }
            }
            this.arrayEnds = ends.stream().mapToInt(i -> i).toArray();
        }

        /** Takes what is sent of a gradient out of what is held back. */
        float[] sent(float[] gradient, double density) {
            float[] sent = new float[held.length];
            int from = 0;
            for (int end : arrayEnds) {
                for (int i = from; i < end; i++) {
                    held[i] += gradient[i];
                }
                float[] before = held;
                IntStream.range(from, end).boxed()
                        .sorted((a, b) -> Float.compare(Math.abs(before[b]), Math.abs(before[a])))
                        .limit(alwaysSent[from] ? end - from : (long) Math.ceil(density * (end - from)))
                        .forEach(i -> sent[i] = before[i]);
                for (int i = from; i < end; i++) {
                    held[i] = sent[i] != 0 ? 0 : held[i];
                }
                from = end;
            }
            return sent;
        }
    }

    @Test
    void theNetworkIsThatOfSharingByHand() throws IOException {
        List<ByHand> workers = List.of(new ByHand(start().network()), new ByHand(start().network()));
        TrainingTask task = task();
        for (int epoch = 0; epoch < 2; epoch++) {
            double density = epoch == 0 ? 1 / 4.0 : 1 / 16.0;
            List<EpochGradients> gradients = new ArrayList<>();
            for (int worker = 0; worker < WORKERS; worker++) {
                gradients.add(new EpochGradients(task, workers.get(worker).network, epoch, 0, 5,
                        PartRange.of(worker, WORKERS, 2), 1));
            }
            for (int step = 0; step < 5; step++) {
                BatchGradient first = gradients.get(0).next();
                BatchGradient second = gradients.get(1).next();
                float[] sum = workers.get(0).sent(first.sum(), density);
                float[] other = workers.get(1).sent(second.sum(), density);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += other[i];
                }
                BatchGradient both = new BatchGradient(sum, 2, 12, first.lossSum() + second.lossSum());
                workers.forEach(worker -> both.applyTo(worker.network));
            }
            gradients.forEach(EpochGradients::close);
            workers.forEach(worker -> worker.network.incrementEpochCount());
        }
        assertThat(last(run).iteration()).isEqualTo(10);
        assertSame(last(run), NetworkState.of(workers.get(0).network));
        assertThat(last(run).parameters()).isNotEqualTo(NetworkState.of(start().network()).parameters());
    }

    /** Whose sum over two parts is in the same order. */
    @Test
    void whenAllIsSentTheNetworkIsThatOfThisProcess() throws IOException {
        ComputationGraph shared = start().network();
        ComputationGraph alone = start().network();
        List<StepResult> results = new ArrayList<>();
        try (TrainingEngine.Updates updates = engine(shared, 1, 2, PLAIN).updates(0, 0);
                EpochUpdates expected = new EpochUpdates(task(), alone, 0, 0, 5, PartRange.of(0, 1, 2), 1)) {
            while (results.size() < 5) {
                results.addAll(updates.next());
            }
            for (StepResult result : results) {
                assertThat(result).isEqualTo(expected.next());
                assertThat(result.images()).isEqualTo(12);
            }
        }
        assertSame(NetworkState.of(shared), NetworkState.of(alone));
        assertThat(afterAnEpoch().parameters()).isNotEqualTo(NetworkState.of(alone).parameters());
    }

    @Test
    void stoppedItGoesOnToTheSameNetwork() throws IOException {
        Path stopped = folder.resolve("stopped");
        AtomicInteger asked = new AtomicInteger();
        TrainingOutcome outcome = train(stopped, RECIPE, () -> asked.incrementAndGet() == 1);
        assertThat(outcome.finished()).isFalse();
        assertThat(outcome.step()).isEqualTo(ROUND);
        ResumeOptions resumption = new ResumeOptions(stopped, Optional.empty(), 1, 1, KEEP_ALL);
        assertThat(new Trainer(new SilentProgress(), () -> false, spark).resume(resumption).finished()).isTrue();
        assertSame(last(stopped), last(run));
    }

    /** The run's network after an epoch, but for the count of epochs, which is the run's. */
    private static NetworkState afterAnEpoch() throws IOException {
        NetworkState state = NetworkState.of(CheckedModelFile.read(checkpoint(5)).model().network());
        return new NetworkState(state.parameters(), state.updater(), state.iteration(), 0);
    }

    /** The updates of the run's first epoch. */
    private static NetworkState epoch(IntConsumer atEachImage) throws IOException {
        ComputationGraph network = start().network();
        WatchedReader.watch(atEachImage);
        try (TrainingEngine.Updates updates = engine(network, DENSITY, ROUND, new WatchedReader()).updates(0, 0)) {
            assertThat(updates.next()).hasSize(3);
            assertThat(updates.next()).hasSize(2);
        }
        return NetworkState.of(network);
    }

    /** Tells how many images were read. */
    private static final class WatchedReader implements LocatedImages.Reader {

        private static final long serialVersionUID = 1L;
        private static final AtomicInteger READS = new AtomicInteger();
        private static volatile IntConsumer watcher;

        static void watch(IntConsumer newWatcher) {
            READS.set(0);
            watcher = newWatcher;
        }

        @Override
        public byte[] read(Extent extent) throws IOException {
            watcher.accept(READS.incrementAndGet());
            return extent.read(Path.of(extent.file()));
        }
    }

    @Test
    void noImageIsNeededTwiceIfNothingIsLost() throws IOException {
        assertSame(epoch(read -> { }), afterAnEpoch());
        assertThat(WatchedReader.READS).hasValue(60);
    }

    @Test
    void howLongRoundsAreMakesNoDifference() throws IOException {
        ComputationGraph network = start().network();
        try (TrainingEngine.Updates updates = engine(network, DENSITY, 5, PLAIN).updates(0, 0)) {
            assertThat(updates.next()).hasSize(5);
        }
        assertSame(NetworkState.of(network), afterAnEpoch());
    }

    /** Processes that end take replicas along, and tasks fail; both in the middle of a round. */
    @Test
    void whatIsLostIsMadeAnew() throws IOException {
        assertSame(epoch(read -> {
            if (read == 20 || read == 35 || read == 60) {
                ReplicaPool.forget();
            }
            if (read == 20) {
                throw new IllegalStateException("this executor dies");
            }
        }), afterAnEpoch());
        assertThat(WatchedReader.READS).hasValueGreaterThan(60 + 12);
    }

    @Test
    void aRoundThatFailedCanBeTriedAgain() throws IOException {
        ComputationGraph network = start().network();
        NetworkState before = NetworkState.of(network);
        WatchedReader.watch(read -> {
            if (read > 20) {
                throw new IllegalStateException("this executor dies");
            }
        });
        try (TrainingEngine.Updates updates = engine(network, DENSITY, ROUND, new WatchedReader()).updates(0, 0)) {
            assertThatThrownBy(updates::next).hasMessageContaining("this executor dies");
            assertSame(NetworkState.of(network), before);
            WatchedReader.watch(read -> { });
            updates.next();
            updates.next();
        }
        assertSame(NetworkState.of(network), afterAnEpoch());
    }

    /** Whether another kind of machine rounds otherwise, or the driver's has been changed. */
    @Test
    void workersWhoseNetworkIsNotTheDriversTakeThat() throws IOException {
        ComputationGraph network = start().network();
        TrainingEngine engine = engine(network, DENSITY, ROUND, PLAIN);
        try (TrainingEngine.Updates updates = engine.updates(0, 0)) {
            updates.next();
            network.params().muli(0.99);
            ComputationGraph other = start().network();
            NetworkState.of(network).copyTo(other);
            TrainingEngine another = engine(other, DENSITY, ROUND, PLAIN);
            another.restore(engine.state());
            updates.next();
            try (TrainingEngine.Updates apart = another.updates(0, ROUND)) {
                apart.next();
            }
            assertSame(NetworkState.of(network), NetworkState.of(other));
        }
    }

    @Test
    void aLossThatIsNoNumberEndsTheRun() {
        Recipe steep = RECIPE.with("learningRate", "1e30").with("warmupIterations", "0");
        assertThatThrownBy(() -> train(folder.resolve("steep"), steep, () -> false))
                .isInstanceOf(DivergedException.class);
    }
}
