package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.pretrained.ModelLoader;

/** The command {@code calibrate}, and commands on the models that it writes. */
class CalibrationTest {

    @TempDir
    private static Path folder;
    private static Path photos;
    private static Path model;

    /** A classifier of random features is better than chance, and makes mistakes. */
    @BeforeAll
    static void renderAndFit() throws IOException {
        new RenderedDataset(64, 20, 6, 1).write(folder.resolve("rendered"));
        photos = folder.resolve("rendered/val");
        Path random = folder.resolve("random.zip");
        ModelFile.write(random, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10), false);
        model = folder.resolve("model.zip");
        CommandRun.of("probe", "--data", folder.resolve("rendered"), "--weights", random, "--output", model)
                .assertSucceeded();
    }

    private static JsonNode evaluate(Path file, Object... more) throws IOException {
        Path metrics = folder.resolve("metrics.json");
        Object[] args = {"evaluate", "--model", file, "--data", photos, "--metrics", metrics};
        CommandRun.of(Stream.of(args, more).flatMap(Stream::of).toArray())
                .assertSucceeded();
        return new ObjectMapper().readTree(metrics.toFile());
    }

    @Test
    void everyFormatKeepsTheCalibration() throws IOException {
        JsonNode measured = CommandRun.of("calibrate", "--model", model, "--data", photos, "--format", "json")
                .assertSucceeded().json();
        double temperature = measured.at("/after/temperature").asDouble();
        assertThat(measured.get("images").asInt()).isEqualTo(60);
        assertThat(temperature).isNotEqualTo(1).isPositive();
        assertThat(measured.at("/after/loss").asDouble()).isLessThan(measured.at("/before/loss").asDouble());
        assertThat(measured.at("/after/top1")).isEqualTo(measured.at("/before/top1"));
        JsonNode before = evaluate(model);
        assertThat(measured.at("/before/loss").asDouble())
                .isCloseTo(before.at("/result/loss").asDouble(), within(1e-12));
        Path image = photos.resolve("ring/0000.jpg");
        String plain = CommandRun.of("predict", "--model", model, image).out();
        String first = null;
        for (String ending : new String[] {"zip", "pth", "safetensors", "onnx"}) {
            Path calibrated = folder.resolve("calibrated." + ending);
            assertThat(CommandRun.of("calibrate", "--model", model, "--data", photos, "--output", calibrated)
                    .assertSucceeded().out()).contains("before: temperature 1.0000, loss", "after:  temperature ",
                            "written to " + calibrated);
            assertThat(ModelLoader.load(calibrated).metadata().temperature()).isEqualTo(temperature);
            JsonNode after = evaluate(calibrated);
            assertThat(after.at("/result/loss").asDouble())
                    .isCloseTo(measured.at("/after/loss").asDouble(), within(1e-9));
            assertThat(after.at("/expectedCalibrationError").asDouble())
                    .isCloseTo(measured.at("/after/expectedCalibrationError").asDouble(), within(1e-9));
            assertThat(evaluate(calibrated, "--uncalibrated")).isEqualTo(before);
            String probabilities = CommandRun.of("predict", "--model", calibrated, image).out();
            assertThat(probabilities).isNotEqualTo(plain).isEqualTo(first == null ? probabilities : first);
            first = probabilities;
            assertThat(CommandRun.of("predict", "--model", calibrated, "--uncalibrated", image).out()).isEqualTo(plain);
            Path imported = folder.resolve("imported.zip");
            CommandRun.of("import", "--from", calibrated, "--to", imported).assertSucceeded();
            assertThat(ModelLoader.load(imported).metadata()).isEqualTo(ModelLoader.load(calibrated).metadata());
        }
        Path calibrated = folder.resolve("calibrated.zip");
        assertThat(CommandRun.of("card", "--model", calibrated).out())
                .contains("Probabilities are calibrated", "| Calibrated on | val, 60 images |");
        // Again, from what is calibrated already: the same temperature, and no better loss.
        JsonNode again = CommandRun.of("calibrate", "--model", calibrated, "--data", photos, "--format", "json").json();
        assertThat(again.at("/before")).isEqualTo(measured.at("/after"));
        assertThat(again.at("/after")).isEqualTo(measured.at("/after"));
    }

    /** A new classifier, or further training, is another network. */
    @Test
    void trainingOnFromACalibratedModelIsNotCalibrated() throws IOException {
        Path calibrated = folder.resolve("before-training.zip");
        CommandRun.of("calibrate", "--model", model, "--data", photos, "--output", calibrated).assertSucceeded();
        Path probed = folder.resolve("probed.zip");
        CommandRun.of("probe", "--data", folder.resolve("rendered"), "--weights", calibrated, "--output", probed)
                .assertSucceeded();
        assertThat(ModelLoader.load(probed).metadata().temperature()).isEqualTo(1);
        Path run = folder.resolve("tuned");
        CommandRun.of("train", "--data", folder.resolve("rendered"), "--output", run, "--weights", calibrated,
                "--epochs", 1, "--image-size", 32, "--batch-size", 16).assertSucceeded();
        assertThat(ModelLoader.load(run.resolve("model.zip")).metadata().temperature()).isEqualTo(1);
    }

    @Test
    void faultsAreExplained() throws IOException {
        assertThat(CommandRun.of("calibrate", "--model", model, "--data", photos, "--output",
                folder.resolve("model.tflite")).code()).isEqualTo(2);
        Path easy = Files.createDirectories(folder.resolve("easy/ring"));
        CommandRun.of("calibrate", "--model", model, "--data", easy.getParent()).assertFailed("no images");
    }
}
