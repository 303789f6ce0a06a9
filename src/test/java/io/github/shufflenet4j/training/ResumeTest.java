package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.report.EventFiles;

/** Runs that are stopped and go on, against one that never was. */
class ResumeTest {

    private static final int TRAIN_PER_CLASS = 5;
    /** Everything that has a state: micro-batches, mixing, repetitions, averages, statistics at the end. */
    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("epochs", "3").with("batchSize", "12").with("microBatchSize", "6").with("learningRate", "0.05")
            .with("mixup", "0.2").with("cutmix", "1").with("repetitions", "2").with("randomErasing", "0.5")
            .with("brightness", "0.4").with("emaDecay", "0.9999").with("emaSteps", "1").with("batchNormBatches", "2")
            .with("normWeightDecay", "1e-4");

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path whole;
    private static TrainingOutcome ended;

    /** Events of a run. */
    private static final class Told implements TrainingCallback {

        private final List<String> unusable = new ArrayList<>();
        private final List<String> resumed = new ArrayList<>();
        private int steps;

        @Override
        public void checkpointUnusable(String reason) {
            unusable.add(reason);
        }

        @Override
        public void trainingResumed(Path checkpoint, int epoch, int step) {
            resumed.add(checkpoint.getFileName() + " " + epoch + " " + step);
        }

        @Override
        public void stepDone(int step, double loss, double learningRate) {
            steps++;
        }
    }

    @BeforeAll
    static void runWithoutAStop() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, TRAIN_PER_CLASS, 2, 1).write(data);
        whole = folder.resolve("whole");
        ended = new Trainer(new Told()).run(options(whole));
        assertThat(ended.finished()).isTrue();
        assertThat(ended.epoch()).isEqualTo(3);
    }

    @Test
    void theOutcomeNamesTheScoreOfTheBestModel() throws IOException {
        assertThat(ModelFile.read(whole.resolve(Trainer.MODEL_FILE), false).metadata().provenance()).containsEntry(
                "validationTop1", String.format(Locale.ROOT, "%.3f", ended.best().orElseThrow().better().get().top1()));
    }

    private static TrainingOptions options(Path output) {
        return new TrainingOptions(data, output, Optional.empty(), RECIPE, 5, 2, 1, CheckpointPolicy.standard());
    }

    private static TrainingOutcome resume(Path output, Told told, BooleanSupplier stop) throws IOException {
        return trainer(told, stop).resume(
                new ResumeOptions(output, Optional.empty(), 1, 1, CheckpointPolicy.standard()));
    }

    private static Trainer trainer(TrainingCallback callback, BooleanSupplier stop) {
        return new Trainer(TrainingBackend.local(), stop, List.of(callback));
    }

    /** True when it is asked for the n-th time, the first time. */
    private static BooleanSupplier at(int n) {
        AtomicInteger asked = new AtomicInteger();
        return () -> asked.incrementAndGet() == n;
    }

    private static void assertSameRun(Path actual) throws IOException {
        assertSameRun(actual, whole);
    }

    private static void assertSameRun(Path actual, Path uninterrupted) throws IOException {
        for (String name : List.of(Trainer.MODEL_FILE, Trainer.LAST_FILE, Trainer.AVERAGED_FILE)) {
            ComputationGraph expected = ModelFile.read(uninterrupted.resolve(name), true).network();
            ComputationGraph network = ModelFile.read(actual.resolve(name), true).network();
            assertThat(network.params().equalsWithEps(expected.params(), 0)).as(name).isTrue();
            assertThat(network.getUpdater().getStateViewArray()
                    .equalsWithEps(expected.getUpdater().getStateViewArray(), 0)).as(name).isTrue();
            assertThat(network.getIterationCount()).isEqualTo(expected.getIterationCount());
            assertThat(network.getEpochCount()).isEqualTo(expected.getEpochCount());
        }
        assertThat(metrics(actual)).isEqualTo(metrics(uninterrupted));
        assertThat(reported(actual)).isEqualTo(reported(uninterrupted))
                .contains("Precision, recall and F1 per class", "Reliability diagram", "alt=\"evidence for ");
        assertThat(actual.resolve(Trainer.RECIPE_FILE))
                .hasSameTextualContentAs(uninterrupted.resolve(Trainer.RECIPE_FILE));
    }

    /** What the report says of the best epoch's validation. */
    private static String reported(Path run) throws IOException {
        String page = Files.readString(run.resolve(Trainer.REPORT_FILE));
        return page.substring(page.indexOf("<h2>Validation</h2>"), page.indexOf("<h2>Data</h2>"));
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve(Trainer.METRICS_FILE)).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    private static List<Path> checkpoints(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve(RunFiles.CHECKPOINTS))) {
            return files.sorted(Comparator.reverseOrder()).toList();
        }
    }

    /** What TensorBoard shows of a run, without the speed. */
    private static Map<String, SortedMap<Long, Float>> curves(Path run) throws IOException {
        Map<String, SortedMap<Long, Float>> curves = EventFiles.curves(run.resolve(Trainer.TENSORBOARD_FOLDER));
        assertThat(curves.remove("training/images-per-second")).isNotNull();
        return curves;
    }

    @Test
    void theWholeRunHasItsFiles() throws IOException {
        assertThat(metrics(whole)).hasSize(4);
        assertThat(metrics(whole).get(0)).endsWith(",averaged_val_loss,averaged_top1,"
                + "averaged_top5,averaged_balanced_accuracy,averaged_macro_f1");
        assertThat(checkpoints(whole)).hasSizeBetween(3, 4);
        assertThat(checkpoints(whole).get(0)).hasFileName("checkpoint-000000012.zip");
        assertThat(Files.readString(whole.resolve(Trainer.REPORT_FILE)))
                .contains("3 of 3 epochs, finished", "Validation accuracy", "top-1, averaged", "emaDecay: 0.9999",
                        ImageSource.open(data, "train").fingerprint().sha256())
                .doesNotContain("sessions");
    }

    @Test
    void tensorBoardShowsStepsAndEpochs() throws IOException {
        Map<String, SortedMap<Long, Float>> curves = curves(whole);
        SortedMap<Long, Float> loss = curves.get("loss/step");
        assertThat(loss.keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
        assertThat(curves.get("loss/train").keySet()).containsExactly(4L, 8L, 12L);
        for (int epoch = 0; epoch < 3; epoch++) {
            String[] line = metrics(whole).get(epoch + 1).split(",");
            long last = 4L * (epoch + 1);
            assertThat(loss.subMap(last - 3, last + 1).values().stream().mapToDouble(value -> value).average()
                    .orElseThrow()).isCloseTo(Double.parseDouble(line[2]), within(1e-5));
            assertThat(curves.get("training/learning-rate").get(last))
                    .isCloseTo(Float.parseFloat(line[1]), within(1e-6f));
        }
    }

    /** Asked after each step, each validation batch and each batch of the estimation at the end. */
    @Test
    void stoppedAnywhereItGoesOnToTheSameNetwork() throws IOException {
        Path run = folder.resolve("stopped");
        Told told = new Told();
        TrainingOutcome outcome = trainer(told, at(2)).run(options(run));
        int stops = 0;
        // What is stopped in the middle of a validation or an estimation begins it again, so each goes further.
        while (!outcome.finished()) {
            stops++;
            assertThat(stops).isLessThan(20);
            outcome = resume(run, told, at(2 + 4 * stops));
        }
        assertThat(stops).isGreaterThan(2);
        assertThat(told.steps).isEqualTo(12);
        assertThat(told.resumed).hasSize(stops).first().asString().endsWith(" 1 2");
        assertSameRun(run);
        assertThat(Files.readString(run.resolve(Trainer.REPORT_FILE))).contains("in " + (stops + 1) + " sessions");
        // All but the last step of an epoch whose validation was stopped.
        Map<String, SortedMap<Long, Float>> expected = curves(whole);
        curves(run).forEach((tag, curve) -> assertThat(expected.remove(tag).entrySet()).as(tag)
                .containsAll(curve.entrySet())
                .hasSizeLessThanOrEqualTo(curve.size() + (tag.equals("loss/val") ? 0 : 3)));
        assertThat(expected).isEmpty();
        // A finished run stays as it is.
        assertThat(resume(run, told, () -> false).finished()).isTrue();
        assertThat(told.steps).isEqualTo(12);
        assertSameRun(run);
    }

    /** The epochs and steps that a DL4J listener receives. */
    private static final class Heard extends BaseTrainingListener {

        private final List<String> calls = new ArrayList<>();

        @Override
        public void onEpochStart(Model model) {
            calls.add("start " + ((ComputationGraph) model).getEpochCount());
        }

        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            calls.add(iteration + " in " + epoch);
        }

        @Override
        public void onEpochEnd(Model model) {
            calls.add("end " + ((ComputationGraph) model).getEpochCount());
        }
    }

    @Test
    void listenersHearOfEpochsAsFromFit() throws IOException {
        Path run = folder.resolve("heard");
        Heard before = new Heard();
        Heard within = new Heard();
        Heard after = new Heard();
        trainer(new ListenerCallback(before), at(6)).run(options(run));
        ResumeOptions resumption = new ResumeOptions(run, Optional.empty(), 1, 1, CheckpointPolicy.standard());
        trainer(new ListenerCallback(within), at(6)).resume(resumption);
        assertThat(new Trainer(new ListenerCallback(after)).resume(resumption).finished()).isTrue();
        // Stopped in the validation of an epoch, and then between two steps.
        assertThat(before.calls).containsExactly("start 0", "0 in 0", "1 in 0", "2 in 0", "3 in 0");
        assertThat(within.calls).containsExactly("start 0", "end 0", "start 1", "4 in 1", "5 in 1");
        assertThat(after.calls).containsExactly("start 1", "6 in 1", "7 in 1", "end 1",
                "start 2", "8 in 2", "9 in 2", "10 in 2", "11 in 2", "end 2");
    }

    /** While parts of the network thaw, and its body learns more slowly than its head. */
    @ParameterizedTest
    @ValueSource(strings = {"nesterov", "adamw", "rmsprop"})
    void aRunThatUnfreezesPartsGoesOnToTheSameNetwork(String optimizer) throws IOException {
        Path weights = folder.resolve("weights.zip");
        ModelFile.write(weights, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10), false);
        Recipe recipe = RECIPE.with("freeze", "conv5").with("unfreeze", "2:stage3,3:stage2").with("newHead", "true")
                .with("bodyLearningRate", "0.5").with("layerDecay", "0.7").with("optimizer", optimizer);
        Path straight = folder.resolve("thawed-" + optimizer);
        Path run = folder.resolve("thawing-" + optimizer);
        new Trainer(new Told()).run(thawing(straight, weights, recipe));
        TrainingOutcome outcome = trainer(new Told(), at(2)).run(thawing(run, weights, recipe));
        int stops = 0;
        while (!outcome.finished()) {
            stops++;
            assertThat(stops).isLessThan(20);
            outcome = resume(run, new Told(), at(2 + 4 * stops));
        }
        assertThat(stops).isGreaterThan(2);
        assertSameRun(run, straight);
        ComputationGraph before = ModelFile.read(weights, false).network();
        ComputationGraph after = ModelFile.read(run.resolve(Trainer.LAST_FILE), false).network();
        // The best average may be that of an epoch in which less had thawed.
        ComputationGraph averaged = ModelFile.read(run.resolve(Trainer.AVERAGED_FILE), false).network();
        before.paramTable().forEach((key, array) -> {
            if (key.startsWith("conv1") || key.startsWith("stage2")) {
                assertThat(after.getParam(key).equalsWithEps(array, 0)).as(key).isTrue();
                assertThat(averaged.getParam(key).equalsWithEps(array, 0)).as("average of " + key).isTrue();
            } else if (key.endsWith("_W")) { // a shift before another batch norm has no gradient but for rounding
                assertThat(after.getParam(key).equalsWithEps(array, 0)).as(key).isFalse();
            }
        });
    }

    private static TrainingOptions thawing(Path output, Path weights, Recipe recipe) {
        return new TrainingOptions(data, output, Optional.of(weights), recipe, 5, 2, 1, CheckpointPolicy.standard());
    }

    @Test
    void aFolderInUseIsRefusedAndLeftAlone() throws IOException {
        Path run = folder.resolve("used");
        AtomicInteger refused = new AtomicInteger();
        trainer(new Told(), () -> {
            Map<String, FileTime> before = times(run);
            for (ThrowingCallable second : List.<ThrowingCallable>of(() -> resume(run, new Told(), () -> false),
                    () -> new Trainer(new Told()).run(options(run)))) {
                assertThatExceptionOfType(IOException.class).isThrownBy(second)
                        .withMessage(run + ": another run uses it, process " + ProcessHandle.current().pid()
                                + "; wait until it has ended, or choose another output folder");
                refused.incrementAndGet();
            }
            assertThat(times(run)).isEqualTo(before);
            return true;
        }).run(options(run));
        assertThat(refused).hasValueGreaterThanOrEqualTo(2);
        assertThat(resume(run, new Told(), () -> false).finished()).isTrue();
        assertSameRun(run);
    }

    private static Map<String, FileTime> times(Path run) {
        try (Stream<Path> files = Files.walk(run)) {
            Map<String, FileTime> times = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                times.put(file.toString(), Files.getLastModifiedTime(file));
            }
            return times;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDamagedCheckpointIsNamedAndTheOneBeforeItUsed() throws IOException {
        Path run = folder.resolve("damaged");
        int stopAt = 7;
        TrainingOutcome outcome = trainer(new Told(), at(stopAt)).run(options(run));
        assertThat(outcome.finished()).isFalse();
        Path newest = checkpoints(run).get(0);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(newest, bytes);
        Path unfinished = Files.write(newest.resolveSibling(newest.getFileName() + ".12ab.tmp"), new byte[9]);
        Told told = new Told();
        assertThat(resume(run, told, () -> false).finished()).isTrue();
        assertThat(told.unusable).singleElement().asString().startsWith(newest.toString());
        assertThat(unfinished).doesNotExist();
        assertSameRun(run);

        for (Path checkpoint : checkpoints(run)) {
            Files.write(checkpoint, new byte[100]);
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> resume(run, new Told(), () -> false))
                .withMessageStartingWith(run.toString()).withMessageContaining("no checkpoint");
    }

    @Test
    void aChangedDataSetIsRefused() throws IOException {
        Path run = folder.resolve("changed");
        Path copy = folder.resolve("copy");
        new RenderedDataset(40, TRAIN_PER_CLASS, 2, 1).write(copy);
        trainer(new Told(), at(2)).run(options(run));
        Told told = new Told();
        Trainer trainer = trainer(told, at(2));
        ResumeOptions moved = new ResumeOptions(run, Optional.of(Location.of(copy)), 1, 1, CheckpointPolicy.standard());
        assertThat(trainer.resume(moved).finished()).isFalse();
        Path image = copy.resolve("val/star/0000.jpg");
        byte[] content = Files.readAllBytes(image);
        Files.write(image, new byte[] {1});
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> trainer.resume(moved))
                .withMessageStartingWith(copy + ": its images for validation ")
                .withMessageContaining("names or sizes");
        Files.write(image, content);
        Files.write(copy.resolve("train/star/more.jpg"), content);
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> trainer.resume(moved))
                .withMessageContaining("50 images then, 51 now");
        Files.delete(run.resolve(RunFiles.LOCK));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> trainer.run(options(run)))
                .withMessageContaining("already holds a run").withMessageContaining("--resume");
        assertThat(run.resolve(RunFiles.LOCK)).doesNotExist();
        assertThatExceptionOfType(IOException.class).isThrownBy(
                () -> resume(folder.resolve("nowhere"), told, () -> false)).withMessageContaining("nowhere");
    }

    @Test
    void plainDl4jOpensACheckpointAndItsEntriesAreChecked() throws IOException {
        Path newest = checkpoints(whole).get(0);
        ComputationGraph network = ModelSerializer.restoreComputationGraph(newest.toFile(), true);
        CheckedModelFile content = CheckedModelFile.read(newest);
        assertThat(network.params()).isEqualTo(content.model().network().params());
        assertThat(content.attachments())
                .containsOnlyKeys("training.json", "recipe.yaml", "record.json", "average.bin");
        assertThat(TrainingState.Saved.of(newest, content).recipe()).isEqualTo(RECIPE);
        assertThat(RECIPE.has(RecipeKeys.EMA_DECAY)).isTrue();
    }

    /** As on a full disk. */
    @Test
    void aFailedWriteLeavesTheCheckpointBeforeIt() throws IOException {
        Path run = Files.createDirectories(folder.resolve("full"));
        CheckedModelFile content = CheckedModelFile.read(checkpoints(whole).get(0));
        RunFiles files = new RunFiles(run, 1, (what, file) -> {
            if (file.endsWith("checkpoint-000000002.zip")) {
                throw new IOException("No space left on device");
            }
            what.write(file);
        });
        files.prepare();
        files.writeCheckpoint(content, 1, 0);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.writeCheckpoint(content, 2, 0))
                .withMessageContaining("checkpoint-000000002.zip: cannot be written (No space left on device)")
                .withMessageContaining("checkpoint-000000001.zip is whole").withMessageNotContaining("\n");
        assertThat(files.newestCheckpoint(reason -> { }).orElseThrow().file()).hasFileName("checkpoint-000000001.zip");
    }

    @Test
    void theNewestAndTheBestAreKept() throws IOException {
        Path run = Files.createDirectories(folder.resolve("kept"));
        RunFiles files = new RunFiles(run, 2, (what, file) -> Files.write(file, new byte[1]));
        files.prepare();
        Files.write(run.resolve("checkpoints/checkpoint-000000999.zip"), new byte[1]); // a damaged one
        for (int iteration = 10; iteration <= 50; iteration += 10) {
            files.writeCheckpoint(null, iteration, iteration < 20 ? 0 : 20);
        }
        assertThat(checkpoints(run).stream().map(file -> file.getFileName().toString())).containsExactly(
                "checkpoint-000000050.zip", "checkpoint-000000040.zip", "checkpoint-000000020.zip");
    }
}
