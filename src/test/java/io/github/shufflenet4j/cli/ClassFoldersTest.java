package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Commands on a folder of class folders that is not divided. */
class ClassFoldersTest {

    @TempDir
    private static Path folder;
    private static Path photos;
    private static Path run;

    private static CommandRun train(Path data, Path output, Object... more) {
        return CommandRun.of(Stream.concat(Stream.of("train", "--data", data, "--output", output, "--variant", "x0_25",
                "--image-size", 32, "--batch-size", 16, "--epochs", 1), Stream.of(more)).toArray());
    }

    @BeforeAll
    static void renderAndTrain() throws IOException {
        new RenderedDataset(40, 10, 1, 1).write(folder.resolve("rendered"));
        photos = folder.resolve("rendered/train");
        run = folder.resolve("run");
        assertThat(train(photos, run).assertSucceeded().out()).contains("80 training and 20 validation images");
    }

    private static List<String> metrics(Path output) throws IOException {
        return Files.readAllLines(output.resolve("metrics.csv")).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    private static double top1(Path output) throws IOException {
        return Double.parseDouble(metrics(output).get(1).split(",")[4]);
    }

    @Test
    void otherCommandsTakeTheSplitThatTrainingWroteDown() throws IOException {
        JsonNode evaluated = CommandRun.of("evaluate", "--model", run.resolve("model.zip"), "--data",
                run.resolve("val.tsv"), "--format", "json").json();
        assertThat(evaluated.get("images").asInt()).isEqualTo(20);
        assertThat(evaluated.get("top1").asDouble()).isEqualTo(top1(run));
        assertThat(CommandRun.of("evaluate", "--model", run.resolve("model.zip"), "--data", run, "--format", "json")
                .json()).isEqualTo(evaluated);
        Path second = folder.resolve("second");
        train(run, second).assertSucceeded();
        assertThat(metrics(second)).isEqualTo(metrics(run));
        assertThat(second).isDirectoryNotContaining("glob:**val.tsv");
        assertThat(CommandRun.of("features", "--model", run.resolve("model.zip"), "--data", photos, "--output",
                folder.resolve("features.npy")).assertSucceeded().out()).contains("[100, 512]");
    }

    @Test
    void theProbeMeasuresOnTheImagesThatTrainingValidatesOn() {
        Path probed = folder.resolve("probed.zip");
        String ofFolder = CommandRun.of("probe", "--data", photos, "--weights", run.resolve("model.zip"), "--output",
                probed).assertSucceeded().out();
        assertThat(ofFolder).contains("10 classes, 80 images", "validation: 20 images: top-1");
        assertThat(CommandRun.of("probe", "--data", run, "--weights", run.resolve("model.zip"), "--output", probed)
                .assertSucceeded().out()).isEqualTo(ofFolder);
        assertThat(CommandRun.of("probe", "--data", photos, "--weights", run.resolve("model.zip"), "--output", probed,
                "--val-split", 0.5).assertSucceeded().out()).contains("50 images", "validation: 50 images");
    }

    @Test
    void aRunIsResumedOnItsOwnSplit() throws IOException {
        Path moved = folder.resolve("moved");
        new RenderedDataset(40, 10, 1, 1).write(moved);
        Path mine = folder.resolve("mine");
        String trained = train(moved.resolve("train"), mine, "--val-split", 0.3, "--seed", 5).assertSucceeded().out();
        assertThat(trained).contains("70 training and 30 validation images");
        Path elsewhere = Files.move(moved.resolve("train"), folder.resolve("elsewhere"));
        CommandRun.of("train", "--resume", mine, "--data", elsewhere).assertSucceeded();
        assertThat(Files.readString(mine.resolve("val.tsv"))).startsWith(elsewhere.resolve("arrow").toString())
                .hasLineCount(30);
        Files.delete(elsewhere.resolve("star/0000.jpg"));
        CommandRun.of("train", "--resume", mine, "--data", elsewhere)
                .assertFailed(elsewhere + ": its images for ", "are not those that the run began with");
    }

    @Test
    void networksOfGreyImagesAreUsedAsOthers() throws IOException {
        Path gray = folder.resolve("gray");
        train(photos, gray, "--channels", 1, "--ignore-exif", "--weights", run.resolve("model.zip")).assertSucceeded();
        Path model = gray.resolve("model.zip");
        ModelMetadata metadata = ModelLoader.load(model).metadata();
        assertThat(metadata.inputChannels()).isEqualTo(1);
        assertThat(metadata.preprocessing().ignoreExif()).isTrue();
        assertThat(CommandRun.of("evaluate", "--model", model, "--data", gray, "--format", "json").json().get("top1")
                .asDouble()).isEqualTo(top1(gray));
        Path image = photos.resolve("star/0000.jpg");
        assertThat(CommandRun.of("predict", "--model", model, image).assertSucceeded().out()).contains("star");
        assertThat(CommandRun.of("features", "--model", model, "--output", folder.resolve("gray.npy"), image)
                .assertSucceeded().out()).contains("[1, 512]");
        Path onnx = folder.resolve("gray.onnx");
        CommandRun.of("export", "--model", model, "--to", onnx).assertSucceeded();
        assertThat(CommandRun.of("predict", "--model", onnx, image).assertSucceeded().out())
                .isEqualTo(CommandRun.of("predict", "--model", model, image).out());
        CommandRun.of("probe", "--data", photos, "--weights", model, "--output", folder.resolve("gray.zip"))
                .assertSucceeded();
        CommandRun.of("train", "--resume", gray).assertSucceeded();
    }

    @Test
    void sharesOutOfRangeAreWrongUsage() {
        for (String command : List.of("train", "probe")) {
            CommandRun refused = CommandRun.of(command, "--data", photos, "--output", folder.resolve("x"),
                    "--weights", run.resolve("model.zip"), "--val-split", 1);
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err()).contains("valSplit must be a number above 0, below 1, not 1");
        }
        train(folder.resolve("rendered"), folder.resolve("x"), "--val-split", 0.1)
                .assertFailed("val: holds the images for validation");
    }
}
