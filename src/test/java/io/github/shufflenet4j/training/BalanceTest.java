package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.recipe.Recipe;

/** Runs on a class of thirty images and nine classes of one to three. */
class BalanceTest {

    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("epochs", "2").with("batchSize", "12").with("microBatchSize", "6").with("learningRate", "0.05");

    @TempDir
    private static Path folder;
    private static Path data;

    @BeforeAll
    static void makeData() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 30, 1, 1).write(data);
        try (Stream<Path> classes = Files.list(data.resolve("train"))) {
            for (Path ofClass : classes.sorted().skip(1).toList()) {
                for (int i = 1 + Math.abs(ofClass.getFileName().hashCode() % 3); i < 30; i++) {
                    Files.delete(ofClass.resolve(String.format("%04d.jpg", i)));
                }
            }
        }
    }

    private static TrainingOptions options(Path output, Recipe recipe) {
        return new TrainingOptions(data, output, Optional.empty(), recipe, 5, 2, 1, CheckpointPolicy.standard());
    }

    private static ComputationGraph last(Path run) throws IOException {
        return ModelFile.read(run.resolve(Trainer.LAST_FILE), true).network();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sampling", "loss"})
    void aStoppedRunGoesOnToTheSameNetwork(String balance) throws IOException {
        Recipe recipe = RECIPE.with("balance", balance);
        Path whole = folder.resolve("whole-" + balance);
        assertThat(new Trainer().run(options(whole, recipe)).finished()).isTrue();
        Path stopped = folder.resolve("stopped-" + balance);
        AtomicInteger asked = new AtomicInteger();
        assertThat(new Trainer(TrainingBackend.local(), () -> asked.incrementAndGet() == 2, List.of())
                .run(options(stopped, recipe)).step()).isEqualTo(2);
        new Trainer().resume(new ResumeOptions(stopped, Optional.empty(), 1, 1, CheckpointPolicy.standard()));
        assertThat(last(stopped).params().equalsWithEps(last(whole).params(), 0)).isTrue();

        Path plain = folder.resolve("plain-" + balance);
        new Trainer().run(options(plain, RECIPE));
        assertThat(last(plain).params()).isNotEqualTo(last(whole).params());
    }

    @Test
    void imagesRepeatedForBalanceAreNotRepeatedAgain() {
        assertThatThrownBy(() -> RECIPE.with("balance", "sampling").with("repetitions", "2").check())
                .hasMessageContaining("balance").hasMessageContaining("repetitions");
        assertThatThrownBy(() -> RECIPE.with("balance", "weights")).hasMessageContaining("none, sampling, loss");
    }
}
