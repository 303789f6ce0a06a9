package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.report.RunFacts;

/** Runs without some of the images. */
class ExcludedImagesTest {

    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0_25").with("imageSize", "32")
            .with("epochs", "2").with("batchSize", "8").with("learningRate", "0.05");

    @TempDir
    private Path folder;
    private Path data;
    private Exclusion excluded;

    @BeforeEach
    void makeData() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 3, 1, 1).write(data);
        String ofClass = "train/" + RenderedDataset.CLASSES.get(0);
        excluded = new Exclusion("list.txt", List.of(ofClass + "/0001.jpg", ofClass + "/0002.jpg"));
    }

    private TrainingOptions options(String output, Exclusion left) {
        return new TrainingOptions(Location.of(data), folder.resolve(output), Optional.empty(), RECIPE, 5, 2, 1,
                CheckpointPolicy.standard(), left);
    }

    private ComputationGraph last(String run) throws IOException {
        return ModelFile.read(folder.resolve(run).resolve(Trainer.LAST_FILE), true).network();
    }

    @Test
    void theRunIsThatOfTheOtherImagesAndResumesWithThem() throws IOException {
        new Trainer().run(options("whole", excluded));
        AtomicInteger asked = new AtomicInteger();
        assertThat(new Trainer(TrainingBackend.local(), () -> asked.incrementAndGet() == 2, List.of())
                .run(options("stopped", excluded)).finished()).isFalse();
        Path moved = Files.move(data, folder.resolve("moved"));
        new Trainer().resume(new ResumeOptions(folder.resolve("stopped"), Optional.of(Location.of(moved)), 1, 1,
                CheckpointPolicy.standard()));
        assertThat(last("stopped").params().equalsWithEps(last("whole").params(), 0)).isTrue();
        for (String run : List.of("whole", "stopped")) {
            assertThat(Exclusion.read(folder.resolve(run).resolve("exclude.txt")).names())
                    .isEqualTo(excluded.names());
            assertThat(RunFacts.read(folder.resolve(run).resolve(Trainer.FACTS_FILE)).data())
                    .containsEntry("Training images", "28").containsEntry("Images left out", "2, as in exclude.txt");
        }

        for (String name : excluded.names()) {
            Files.delete(moved.resolve(name));
        }
        data = moved;
        new Trainer().run(options("deleted", Exclusion.NONE));
        assertThat(last("deleted").params().equalsWithEps(last("whole").params(), 0)).isTrue();
        assertThat(folder.resolve("deleted/exclude.txt")).doesNotExist();
    }

    @Test
    void aWrongListStopsTheRunBeforeItsFolderIsMade() {
        assertThatThrownBy(() -> new Trainer().run(options("run", new Exclusion("list.txt", List.of("train/x.jpg")))))
                .isInstanceOf(DataException.class).hasMessageContaining("list.txt: names an image that");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void checkpointsOfEarlierVersionsLeaveNothingOut() throws IOException {
        Fingerprint print = new Fingerprint(3, "abc");
        ObjectMapper json = new ObjectMapper();
        ObjectNode saved = json.valueToTree(new TrainingState("data", 1, print, print, 0, 1, 2, 3, 4, false, 0,
                List.of(), List.of("a")));
        assertThat(json.treeToValue(saved, TrainingState.class).excluded()).containsExactly("a");
        saved.remove("excluded");
        assertThat(json.treeToValue(saved, TrainingState.class).excluded()).isEmpty();
    }
}
