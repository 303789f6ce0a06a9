package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.shufflenet4j.data.image.TestImages;

/** Training on sets of very few and very many classes and images. */
class UnusualSetsTest {

    @TempDir
    private Path folder;

    /** Writes pictures whose brightness tells their class. */
    private Path draw(String data, int classes, int images) throws IOException {
        for (int label = 0; label < classes; label++) {
            Path ofClass = Files.createDirectories(
                    folder.resolve(data).resolve(String.format(Locale.ROOT, "c%04d", label)));
            for (int i = 0; i < images; i++) {
                int level = (int) (255.0 * label / Math.max(1, classes - 1));
                Files.write(ofClass.resolve(i + ".PNG"),
                        TestImages.encode(TestImages.plain(20 + i, 20, level, level, 255 - level), "png"));
            }
        }
        return folder.resolve(data);
    }

    private CommandRun train(Path data, Object... more) {
        return CommandRun.of(Stream.concat(Stream.of("train", "--data", data, "--output", folder.resolve("run"),
                "--variant", "x0_25", "--image-size", 32, "--epochs", 1, "--keep-checkpoints", 0), Stream.of(more))
                .toArray());
    }

    private JsonNode evaluate(Path data) throws IOException {
        return CommandRun.of("evaluate", "--model", folder.resolve("run/model.zip"), "--data", data, "--format", "json",
                "--report", folder.resolve("report.html")).assertSucceeded().json();
    }

    private CommandRun probe(Path data) {
        return CommandRun.of("probe", "--data", data, "--weights", folder.resolve("run/model.zip"), "--output",
                folder.resolve("probed.zip"));
    }

    @Test
    void twoClassesAreEnoughAndOneIsNot() throws IOException {
        Path data = draw("data", 2, 10);
        train(data, "--balance").assertSucceeded();
        JsonNode result = evaluate(folder.resolve("run"));
        assertThat(result.get("images").asInt()).isEqualTo(4);
        assertThat(result.get("top5").asDouble()).isEqualTo(100);
        assertThat(probe(data).assertSucceeded().out()).contains("2 classes, 16 images");

        Path wrapped = draw("one/c", 2, 10).getParent();
        CommandRun.of("train", "--data", wrapped, "--output", folder.resolve("other"))
                .assertFailed("has one class only, c; a classifier needs two");
    }

    @Test
    void aThousandClassesOfTwoImagesTrain() throws IOException {
        Path data = draw("data", 1000, 2);
        assertThat(train(data).assertSucceeded().out())
                .contains("1000 classes, 1000 training and 1000 validation images");
        assertThat(evaluate(folder.resolve("run/val.tsv")).get("images").asInt()).isEqualTo(1000);
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains("c0999", "train.tsv, val.tsv");
    }

    @Test
    void classesOfOneImageTrainIfOthersAreForValidation() throws IOException {
        Path data = draw("data", 6, 1);
        train(data).assertFailed("each class has one image", "add images");
        probe(data).assertFailed("each class has one image", "add images");
        Files.createDirectories(folder.resolve("whole"));
        Files.move(data, folder.resolve("whole/train"));
        draw("whole/val", 6, 1);
        train(folder.resolve("whole"), "--balance", "loss").assertSucceeded();
        assertThat(evaluate(folder.resolve("whole")).get("images").asInt()).isEqualTo(6);
        assertThat(probe(folder.resolve("whole")).assertSucceeded().out()).contains("6 classes, 6 images");
    }
}
