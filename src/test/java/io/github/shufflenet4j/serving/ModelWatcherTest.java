package io.github.shufflenet4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ModelWatcherTest {

    @TempDir
    private static Path models;

    /** Model files, told apart by their number of classes. */
    private static byte[] four;
    private static byte[] five;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeModels() throws IOException {
        four = model(4);
        five = model(5);
    }

    private static byte[] model(int classes) throws IOException {
        Path file = models.resolve(classes + ".zip");
        ModelFile.write(file, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, classes), false);
        return Files.readAllBytes(file);
    }

    private static int classes(ServedModel model) {
        return model.current().classifier().metadata().classNames().size();
    }

    private ServedModel served() throws IOException {
        Path file = folder.resolve("model.zip");
        replace(file, four);
        return ServedModel.load("m", file, ImageClassifier::load);
    }

    private static void replace(Path file, byte[] content) throws IOException {
        AtomicFile.write(file, out -> out.write(content));
    }

    @Test
    void aReplacedFileIsLoadedOnceItStaysTheSame() throws IOException {
        ServedModel model = served();
        ModelWatcher watcher = ModelWatcher.manual(List.of(model));
        watcher.look();
        watcher.look();
        assertThat(model.current().number()).isEqualTo(1);
        replace(model.file().orElseThrow(), five);
        watcher.look();
        assertThat(classes(model)).isEqualTo(4);
        watcher.look();
        assertThat(classes(model)).isEqualTo(5);
        assertThat(model.current().number()).isEqualTo(2);
        watcher.look();
        assertThat(model.current().number()).isEqualTo(2);
    }

    @Test
    void aDamagedOrMissingFileLeavesTheOldModelInPlace() throws IOException {
        ServedModel model = served();
        Path file = model.file().orElseThrow();
        ModelWatcher watcher = ModelWatcher.manual(List.of(model));
        replace(file, Arrays.copyOf(five, five.length / 2));
        watcher.look();
        watcher.look();
        watcher.look();
        Files.delete(file);
        watcher.look();
        assertThat(model.current().number()).isEqualTo(1);
        replace(file, five);
        watcher.look();
        watcher.look();
        assertThat(classes(model)).isEqualTo(5);
    }

    @Test
    void noRequestFailsOrMixesVersionsWhileModelsAreReplaced() throws Exception {
        ServedModel model = served();
        List<Upload> images = List.of(upload(0), upload(1), upload(2));
        List<List<Prediction>> byFour = classified(model, images);
        ModelWatcher watcher = ModelWatcher.manual(List.of(model));
        List<List<Prediction>> byFive;
        try (ImageClassifier other = ImageClassifier.load(models.resolve("5.zip"))) {
            byFive = classified(ServedModel.of("other", other), images);
        }
        try (InferenceService service = InferenceService.builder().model(model).threads(2)
                .limits(Limits.defaults().withQueue(10_000)).build()) {
            List<CompletableFuture<InferenceService.Answer<ImageResult>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                for (int j = 0; j < 5; j++) {
                    answers.add(service.classify("m", images, 5, false));
                }
                replace(model.file().orElseThrow(), i % 2 == 0 ? five : four);
                watcher.look();
                watcher.look();
            }
            for (CompletableFuture<InferenceService.Answer<ImageResult>> future : answers) {
                InferenceService.Answer<ImageResult> answer = future.get();
                assertThat(answer.results().stream().map(ImageResult::predictions).toList())
                        .isEqualTo(answer.version().number() % 2 == 1 ? byFour : byFive);
            }
            assertThat(model.current().number()).isEqualTo(21);
        }
    }

    private static Upload upload(int label) throws IOException {
        return new Upload("image", new RenderedDataset(80, 1, 1, 1).jpeg(Split.VAL, label, 0));
    }

    private static List<List<Prediction>> classified(ServedModel model, List<Upload> images) throws IOException {
        List<List<Prediction>> predictions = new ArrayList<>();
        for (Upload image : images) {
            predictions.add(model.current().classifier().classify(new ByteArrayInputStream(image.content())));
        }
        return predictions;
    }
}
