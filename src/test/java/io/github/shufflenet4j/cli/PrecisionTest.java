package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code export --precision} and {@code --verify}. */
class PrecisionTest {

    @TempDir
    private static Path folder;
    private static Path photos;
    private static Path model;
    private static Path withSmallVariance;

    /** A classifier of random features is better than chance, and makes mistakes. */
    @BeforeAll
    static void renderAndFit() throws IOException {
        new RenderedDataset(64, 20, 6, 1).write(folder.resolve("rendered"));
        photos = folder.resolve("rendered/val");
        TrainedModel features = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10);
        model = probe("model.zip", features);
        features.network().getLayer("conv1").paramTable().get("var").putScalar(1, 1e-9f);
        withSmallVariance = probe("small-variance.zip", features);
    }

    private static Path probe(String name, TrainedModel features) throws IOException {
        Path random = folder.resolve("random.zip");
        ModelFile.write(random, features, false);
        Path probed = folder.resolve(name);
        CommandRun.of("probe", "--data", folder.resolve("rendered"), "--weights", random, "--output", probed)
                .assertSucceeded();
        return probed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "pth", "safetensors", "onnx"})
    void halvesAgreeAndEveryCommandReadsThem(String ending) throws IOException {
        Path half = folder.resolve("half." + ending);
        String out = CommandRun.of("export", "--model", withSmallVariance, "--to", half, "--precision", "fp16",
                "--verify", folder.resolve("rendered")).assertSucceeded().out();
        if (!ending.equals("onnx")) { // which has no batch norm
            assertThat(out).contains("in single precision, as half overflows or vanishes: conv1.1.running_var");
        }
        Matcher figures = Pattern.compile("60 images: top-1 ([0-9.]+) %, before .*; same class for ([0-9.]+) %,"
                + " expected loss of top-1 [0-9.]+ points; largest change of a probability ([0-9.]+)").matcher(out);
        assertThat(figures.find()).as(out).isTrue();
        assertThat(Double.parseDouble(figures.group(2))).isGreaterThan(98);
        assertThat(Double.parseDouble(figures.group(3))).isPositive().isLessThan(0.01);
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

    /** The file is a quarter, and ONNX Runtime and {@code evaluate} agree on it. */
    @Test
    void integersAgreeWithTheModelAndOnnxRuntime() throws Exception {
        Path file = folder.resolve("int8.onnx");
        String out = CommandRun.of("export", "--model", model, "--to", file, "--precision", "int8", "--calibrate",
                folder.resolve("rendered"), "--images", 40, "--verify", photos).assertSucceeded().out();
        Matcher figures = Pattern.compile("60 images: top-1 ([0-9.]+) %, before .*; same class for ([0-9.]+) %")
                .matcher(out);
        assertThat(figures.find()).as(out).isTrue();
        assertThat(Double.parseDouble(figures.group(2))).isGreaterThan(60);
        Path predictions = folder.resolve("int8.csv");
        assertThat(CommandRun.of("evaluate", "--model", model, "--data", photos, "--precision", "int8", "--calibrate",
                folder.resolve("rendered"), "--images", 40, "--predictions", predictions, "--top", 1)
                .assertSucceeded().out()).contains("top-1 " + figures.group(1) + " %");
        ModelMetadata metadata = ModelLoader.load(model).metadata();
        List<String> rows = Files.readAllLines(predictions);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int same = 0;
        try (OrtSession session = environment.createSession(file.toString(), new OrtSession.SessionOptions())) {
            for (String row : rows.subList(1, rows.size())) {
                float[] image = metadata.preprocessing().apply(ImageDecoder.read(photos.resolve(row.split(",")[0]),
                        false));
                try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(image),
                        new long[] {1, 3, metadata.preprocessing().size(), metadata.preprocessing().size()});
                        OrtSession.Result result = session.run(Map.of("input", input))) {
                    float[] logits = ((float[][]) result.get(0).getValue())[0];
                    int best = 0;
                    for (int c = 1; c < logits.length; c++) {
                        best = logits[c] > logits[best] ? c : best;
                    }
                    same += row.split(",")[2].equals(metadata.classNames().get(best)) ? 1 : 0;
                }
            }
        }
        assertThat(same).isEqualTo(60);
        CommandRun.of("predict", "--model", file, photos.resolve("ring/0000.jpg"))
                .assertFailed(file.toString(), "8-bit integers");
    }

    @Test
    void faultsOfCalibrationAreExplained() throws IOException {
        Object[] export = {"export", "--model", model, "--to", folder.resolve("y.onnx"), "--precision", "int8"};
        assertUsage("needs --calibrate DATA", export);
        assertUsage("images must be at least 1", ArrayUtils.addAll(export, "--calibrate", photos, "--images", 0));
        assertUsage("writes .onnx files", "export", "--model", model, "--to", folder.resolve("y.zip"), "--precision",
                "int8", "--calibrate", photos);
        assertUsage("--weight-type is for --precision int8", "export", "--model", model, "--to",
                folder.resolve("y.onnx"), "--weight-type", "int8");
        assertUsage("--calibrate is for --precision int8", "evaluate", "--model", model, "--data", photos,
                "--calibrate", photos);
        assertUsage("export --precision fp16", "evaluate", "--model", model, "--data", photos, "--precision", "fp16");
        CommandRun.of(ArrayUtils.addAll(export, "--calibrate", folder.resolve("none"))).assertFailed("none");
        Path empty = Files.createDirectories(folder.resolve("empty/ring")).getParent();
        CommandRun.of(ArrayUtils.addAll(export, "--calibrate", empty)).assertFailed(empty.toString(), "no images");
        Path broken = Files.createDirectories(folder.resolve("broken/ring")).getParent();
        Files.writeString(broken.resolve("ring/0.jpg"), "no photo");
        CommandRun.of(ArrayUtils.addAll(export, "--calibrate", broken)).assertFailed("0.jpg");
        assertThat(folder.resolve("y.onnx")).doesNotExist();
    }

    private static void assertUsage(String reason, Object... args) {
        CommandRun run = CommandRun.of(args);
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
    }

    @Test
    void exactWeightsAgreeExactly() {
        assertThat(CommandRun.of("export", "--model", model, "--to", folder.resolve("exact.safetensors"), "--verify",
                photos).assertSucceeded().out())
                .contains("same class for 100.00 %, expected loss of top-1 0.00 points; largest change of a probability"
                        + " 0.0000");
    }

    @Test
    void faultsAreExplained() throws IOException {
        Path file = folder.resolve("x.onnx");
        CommandRun wrong = CommandRun.of("export", "--model", model, "--to", file, "--precision", "fp8");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("fp8");
        CommandRun.of("export", "--model", model, "--to", file, "--verify", folder.resolve("none"))
                .assertFailed("none");
        assertThat(file).doesNotExist();
    }

    @Test
    void imagesOfOtherClassesVerifyWithoutAccuracies() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other/elephant"));
        Files.copy(photos.resolve("ring/0000.jpg"), other.resolve("0.jpg"));
        CommandRun run = CommandRun.of("export", "--model", model, "--to", folder.resolve("other.onnx"), "--verify",
                other.getParent()).assertSucceeded();
        assertThat(run.err()).contains("no accuracies: ", "elephant");
        assertThat(run.out()).contains("1 images: same class for 100.00 %, expected loss of top-1 0.00 points;");
    }
}
