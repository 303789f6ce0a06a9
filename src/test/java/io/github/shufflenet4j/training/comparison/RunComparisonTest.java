package io.github.shufflenet4j.training.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;

class RunComparisonTest {

    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("batchSize", "10").with("epochs", "2");

    @TempDir
    private static Path folder;
    private static Path plain;
    private static Path averaged;
    private static EpochMetrics best;

    @BeforeAll
    static void train() throws IOException {
        Path data = folder.resolve("data");
        new RenderedDataset(40, 3, 2, 1).write(data);
        plain = folder.resolve("plain");
        averaged = folder.resolve("averaged");
        best = run(data, plain, RECIPE, 1).best().orElseThrow();
        run(data, averaged, RECIPE.with("emaDecay", "0.9").with("learningRate", "0.02"), 2);
    }

    private static TrainingOutcome run(Path data, Path output, Recipe recipe, long seed) throws IOException {
        return new Trainer().run(new TrainingOptions(data, output, Optional.empty(), recipe, seed, 1, 1,
                CheckpointPolicy.none()));
    }

    private static RunComparison of(Path... runs) throws IOException {
        return new RunComparison(List.of(runs));
    }

    /** The cells of a line of aligned columns. */
    private static List<String> cells(String line) {
        return Arrays.asList(line.strip().split("\\s{2,}"));
    }

    @Test
    void resultsAreThoseOfTheBestEpoch() throws IOException {
        List<String> lines = of(plain, averaged).results().toText().lines().toList();
        assertThat(lines).hasSize(3);
        EvaluationResult result = best.validation();
        assertThat(cells(lines.get(1))).startsWith("plain", "2", String.format("%.2f", result.top1()),
                String.format("%.2f", result.top5()), String.format("%.2f", result.balancedAccuracy()),
                String.format("%.2f", result.macroF1()), String.format("%.4f", result.loss()),
                Integer.toString(best.epoch()), "model.zip");
        assertThat(lines.get(2)).startsWith("averaged").containsPattern("(model|averaged)\\.zip");
    }

    @Test
    void onlyWhatDiffersIsListed() throws IOException {
        List<List<String>> rows = of(plain, averaged, plain).differences(100).orElseThrow().toText().lines().skip(1)
                .map(RunComparisonTest::cells).toList();
        assertThat(rows).containsExactlyInAnyOrder(
                List.of("recipe", "learningRate", "\u2013", "0.02", "\u2013"),
                List.of("recipe", "emaDecay", "\u2013", "0.9", "\u2013"),
                List.of("run", "Seed", "1", "2", "1"));
        assertThat(of(plain, plain).differences(100)).isEmpty();
        assertThat(of(plain, plain).page().markdown()).contains("Recipe, data, seed and environment are the same.");
        assertThat(of(plain, averaged).differences(6).orElseThrow().toText()).contains("run     Seed");
    }

    @Test
    void thePageHasTheCurvesOfAllRuns() throws IOException {
        String page = of(plain, averaged).page().html();
        assertThat(page).contains("Validation accuracy, top-1", "Validation loss", "Training loss", "Learning rate",
                "\"name\":\"plain\"", "\"name\":\"averaged\"", "\"name\":\"averaged, averaged\"")
                .doesNotContain("plain, averaged\"");
        String[] last = Files.readAllLines(plain.resolve("metrics.csv")).get(2).split(",");
        assertThat(page).contains("[2.0," + Double.parseDouble(last[1]) + "]", // learning rate
                "[2.0," + Double.parseDouble(last[2]) + "]");
    }

    @Test
    void runsOfTheSameNameAreToldApartByTheirFolders() throws IOException {
        Path other = folder.resolve("other/plain");
        Files.createDirectories(other.getParent());
        PathUtils.copyDirectory(plain, other);
        assertThat(of(plain, other).results().toText()).contains(plain.toString(), other.toString());
    }

    @Test
    void unfinishedAndOlderRunsLackWhatTheyLack() throws IOException {
        Path begun = Files.createDirectory(folder.resolve("begun"));
        Files.copy(plain.resolve("recipe.yaml"), begun.resolve("recipe.yaml"));
        assertThat(of(begun, plain).results().toText().lines().toList().get(1)).startsWith("begun")
                .contains("0  ", "\u2013");
        assertThat(of(begun, plain).page().html()).contains("Validation loss");
        assertThat(of(begun, begun).page().markdown()).contains("No epoch is complete yet.");
    }

    @Test
    void whatIsNoRunIsNamed() throws IOException {
        Path data = folder.resolve("data");
        assertThatIOException().isThrownBy(() -> of(plain, data)).withMessage(data
                + ": is not the folder of a run: it has no recipe.yaml; name what was the --output of 'train'");
        assertThatIOException().isThrownBy(() -> of(plain, folder.resolve("none")))
                .withMessageStartingWith(folder.resolve("none") + ": no such folder");
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        Files.copy(plain.resolve("recipe.yaml"), damaged.resolve("recipe.yaml"));
        Path metrics = Files.writeString(damaged.resolve("metrics.csv"), "epoch,top1\n1,2\n2\n");
        assertThatIOException().isThrownBy(() -> of(damaged))
                .withMessage(metrics + ": line 3 is not a number for each column");
        Files.delete(metrics);
        Path facts = Files.writeString(damaged.resolve("run.json"), "[]");
        assertThatIOException().isThrownBy(() -> of(damaged)).withMessageStartingWith(facts.toString());
    }
}
