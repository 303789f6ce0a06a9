package io.github.shufflenet4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.training.recipe.Recipe;

class ClassWeightsTest {

    @TempDir
    private Path folder;

    private TrainingTask task(String balance) throws IOException {
        ImageSource images = ImageFolder.open(folder);
        return new TrainingTask(images, Recipe.plain().with("balance", balance), Preprocessing.torchvision(32), 1);
    }

    /** As scikit-learn's {@code class_weight='balanced'}. */
    @Test
    void theyAreInverseToTheNumberOfImages() throws IOException {
        for (int i = 0; i < 12; i++) {
            Path ofClass = Files.createDirectories(folder.resolve(i < 8 ? "a" : i < 11 ? "b" : "c"));
            Files.createFile(ofClass.resolve(i + ".jpg"));
        }
        TrainingTask weighted = task("loss");
        assertThat(weighted.classWeights()).containsExactly(0.5f, 12 / 9f, 4);
        assertThat(task("none").classWeights()).containsOnly(1);
        assertThat(task("sampling").classWeights()).containsOnly(1);
        Batch batch = new Batch(0, new float[2], new int[] {2, 0}, new int[] {11, 0});
        assertThat(weighted.targets(batch, weighted.classWeights()).toFloatMatrix())
                .isDeepEqualTo(new float[][] {{0, 0, 4}, {0.5f, 0, 0}});
        assertThat(weighted.targets(batch).toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 0, 1}, {1, 0, 0}});
    }
}
