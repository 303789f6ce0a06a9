package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code export --precision} and {@code --verify}. */
class PrecisionTest {

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
        TrainedModel features = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10);
        features.network().getLayer("conv1").paramTable().get("var").putScalar(1, 1e-9f);
        ModelFile.write(random, features, false);
        model = folder.resolve("model.zip");
        CommandRun.of("probe", "--data", folder.resolve("rendered"), "--weights", random, "--output", model)
                .assertSucceeded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "pth", "safetensors", "onnx"})
    void halvesAgreeAndEveryCommandReadsThem(String ending) throws IOException {
        Path half = folder.resolve("half." + ending);
        String out = CommandRun.of("export", "--model", model, "--to", half, "--precision", "fp16", "--verify",
                folder.resolve("rendered")).assertSucceeded().out();
        if (!ending.equals("onnx")) { // which has no batch norm
            assertThat(out).contains("in single precision, as half overflows or vanishes: conv1.1.running_var");
        }
        Matcher figures = Pattern.compile("60 images: top-1 ([0-9.]+) %, before ([0-9.]+) %; same class for ([0-9.]+)"
                + " %; largest change of a probability ([0-9.]+)").matcher(out);
        assertThat(figures.find()).as(out).isTrue();
        assertThat(Double.parseDouble(figures.group(3))).isGreaterThan(98);
        assertThat(Double.parseDouble(figures.group(4))).isPositive().isLessThan(0.01);
        String evaluated = CommandRun.of("evaluate", "--model", half, "--data", photos).assertSucceeded().out();
        assertThat(evaluated).contains("top-1 " + figures.group(1) + " %");
        CommandRun.of("predict", "--model", half, photos.resolve("ring/0000.jpg")).assertSucceeded();
        Path imported = folder.resolve("imported.zip");
        CommandRun.of("import", "--from", half, "--to", imported).assertSucceeded();
        assertThat(CommandRun.of("evaluate", "--model", imported, "--data", photos).assertSucceeded().out())
                .isEqualTo(evaluated);
    }

    @Test
    void trainingStartsFromHalves() {
        Path half = folder.resolve("start.zip");
        CommandRun.of("export", "--model", model, "--to", half, "--precision", "fp16").assertSucceeded();
        CommandRun.of("train", "--data", folder.resolve("rendered"), "--output", folder.resolve("tuned"), "--weights",
                half, "--epochs", 1, "--image-size", 32, "--batch-size", 16, "--set", "probe=false").assertSucceeded();
    }

    @Test
    void exactWeightsAgreeExactly() {
        assertThat(CommandRun.of("export", "--model", model, "--to", folder.resolve("exact.safetensors"), "--verify",
                photos).assertSucceeded().out())
                .contains("same class for 100.00 %; largest change of a probability 0.0000");
    }

    @Test
    void faultsAreExplained() throws IOException {
        Path file = folder.resolve("x.onnx");
        CommandRun wrong = CommandRun.of("export", "--model", model, "--to", file, "--precision", "fp8");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("fp8");
        CommandRun.of("export", "--model", model, "--to", file, "--verify", folder.resolve("none"))
                .assertFailed("none");
        Path other = Files.createDirectories(folder.resolve("other/elephant"));
        Files.copy(photos.resolve("ring/0000.jpg"), other.resolve("0.jpg"));
        CommandRun.of("export", "--model", model, "--to", file, "--verify", other.getParent())
                .assertFailed("elephant");
        assertThat(file).doesNotExist();
    }
}
