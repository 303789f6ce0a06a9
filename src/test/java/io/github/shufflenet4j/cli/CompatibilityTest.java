package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.io.FileUtils;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.modelfile.ModelFile;

/**
 * Files of version 0.1.0-SNAPSHOT as of commit 74f1367, whose classes had other packages: a model with its updater's
 * state, and a run that stopped after the first of two epochs. Both come from {@code datasets generate --size 32
 * --train 2 --val 1 --seed 7}.
 */
class CompatibilityTest {

    @TempDir
    private Path folder;

    private static Path fixture(String name) {
        try {
            return Path.of(CompatibilityTest.class.getResource("/io/github/shufflenet4j/compatibility/" + name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String execute(String... arguments) {
        return CommandRun.of((Object[]) arguments).assertSucceeded().out();
    }

    @Test
    void anOldModelPredictsTheSame() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("predict", "--model", fixture("model.zip").toString(),
                "--top", "10", "--format", "json"));
        JsonMapper json = new JsonMapper();
        List<JsonNode> expected = new ArrayList<>();
        for (String line : Files.readAllLines(fixture("predictions.json"))) {
            expected.add(json.readTree(line));
            arguments.add(fixture("data").resolve(expected.get(expected.size() - 1).get("image").asText()).toString());
        }

        List<String> lines = execute(arguments.toArray(String[]::new)).lines().toList();

        assertThat(lines).hasSameSizeAs(expected).hasSize(10);
        for (int i = 0; i < lines.size(); i++) {
            assertSamePredictions(json.readTree(lines.get(i)).get("predictions"), expected.get(i).get("predictions"));
        }
    }

    /** By class: classes of nearly equal probability may change places where another decoder or kernel runs. */
    private static void assertSamePredictions(JsonNode actual, JsonNode expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (JsonNode prediction : expected) {
            for (JsonNode other : actual) {
                if (other.get("index").equals(prediction.get("index"))) {
                    assertThat(other.get("label")).isEqualTo(prediction.get("label"));
                    assertThat(other.get("probability").asDouble())
                            .isCloseTo(prediction.get("probability").asDouble(), within(1e-4));
                }
            }
        }
    }

    @Test
    void anOldModelTrainsOn() throws IOException {
        ComputationGraph network = ModelFile.read(fixture("model.zip"), true).network();

        assertThat(network.getUpdater().getStateViewArray().normmaxNumber().floatValue()).isPositive();
    }

    @Test
    void anOldRunGoesOn() throws IOException {
        Path run = folder.resolve("run");
        FileUtils.copyDirectory(fixture("run").toFile(), run.toFile());

        execute("train", "--resume", run.toString(), "--data", fixture("data").toString());

        INDArray expected = ModelFile.read(fixture("averaged.zip"), false).network().params();
        INDArray actual = ModelFile.read(run.resolve("averaged.zip"), false).network().params();
        // Another vector length sums in another order, which batch norm over eight small images amplifies.
        assertThat(actual.distance2(expected)).isLessThan(1e-3 * expected.norm2Number().doubleValue());
        assertThat(Files.readAllLines(run.resolve("metrics.csv"))).hasSize(3)
                // What was not measured then is not known now.
                .element(1).extracting(line -> line.replace("NaN,", ""))
                .isEqualTo(Files.readAllLines(fixture("run").resolve("metrics.csv")).get(1));
    }
}
