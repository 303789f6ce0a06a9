package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

class ArchitectureTrialTest {

    @TempDir
    private Path folder;

    /** The trainer computes the same steps by the same recipe. */
    @Test
    void accuracyIsThatOfTheTrainer() throws Exception {
        Path data = folder.resolve("data");
        new RenderedDataset(40, 8, 10, 1).write(data);
        Recipe recipe = Recipe.read("quick").with(RecipeKeys.EPOCHS, 2).with(RecipeKeys.IMAGE_SIZE, 32)
                .with(RecipeKeys.VARIANT, ShuffleNetV2Variant.X0_25);
        List<Double> epochs = new ArrayList<>();
        new Trainer(new TrainingCallback() {
            @Override
            public void epochValidated(int epoch, EvaluationDetail detail, Optional<EvaluationDetail> average) {
                epochs.add(detail.result().top1());
            }
        }).run(new TrainingOptions(data, folder.resolve("run"), Optional.empty(), recipe, 5, 1, 1,
                CheckpointPolicy.none()));
        assertThat(epochs).hasSize(2);
        assertThat(new ArchitectureTrial(data, recipe, 1).top1(ShuffleNetV2Variant.X0_25, 5))
                .isEqualTo(epochs.get(1));
    }
}
