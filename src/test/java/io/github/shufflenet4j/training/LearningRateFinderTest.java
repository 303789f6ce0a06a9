package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.report.LearningRateCurve.Step;

class LearningRateFinderTest {

    /** Everything that a step depends on; four steps in an epoch. */
    private static final Recipe RECIPE = Recipe.plain().with("imageSize", "32").with("batchSize", "12")
            .with("microBatchSize", "6").with("mixup", "0.2").with("randomErasing", "0.5").with("repetitions", "2")
            .with("bodyLearningRate", "0.5").with("layerDecay", "0.8").with("warmupEpochs", "5");

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path weights;

    @BeforeAll
    static void prepare() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 5, 2, 1).write(data);
        weights = folder.resolve("weights.zip");
        ModelFile.write(weights, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10), false);
    }

    private static TrainingOptions options(Recipe recipe, long seed, int threads) {
        return new TrainingOptions(data, folder.resolve("run-" + recipe.hashCode()), Optional.of(weights), recipe, seed,
                threads, 1, CheckpointPolicy.none());
    }

    private static List<Step> steps(LearningRateFinder finder, Recipe recipe, long seed, int threads)
            throws IOException {
        return finder.run(options(recipe, seed, threads), done -> { }).curve().steps();
    }

    /** With a rate that does not grow, the steps are those of a run whose rate does not change. */
    @Test
    void stepsAreThoseOfTraining() throws IOException {
        for (String optimizer : List.of("nesterov", "adamw")) {
            Recipe recipe = RECIPE.with("optimizer", optimizer);
            List<Double> losses = new ArrayList<>();
            new Trainer(new TrainingCallback() {
                @Override
                public void stepDone(int step, double loss, double learningRate) {
                    losses.add(loss);
                }
            }).run(options(recipe.with("schedule", "constant").with("learningRate", "0.001").with("iterations", "20")
                    .with("warmupEpochs", "0"), 5, 2));
            assertThat(steps(new LearningRateFinder(0.001, 0.001, 20), recipe, 5, 1)).extracting(Step::loss)
                    .isEqualTo(losses).hasSize(20);
        }
    }

    @Test
    void theLearningRateGrowsByTheSameFactor() throws IOException {
        List<Integer> done = new ArrayList<>();
        LearningRateFinder.Result result =
                new LearningRateFinder(1e-4, 1e-2, 21).run(options(RECIPE, 5, 2), done::add);
        assertThat(done).isEqualTo(IntStream.rangeClosed(1, 21).boxed().toList());
        List<Step> steps = result.curve().steps();
        assertThat(steps).hasSize(21);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(steps.get(i).learningRate())
                    .isCloseTo(Math.pow(10, i / 10.0 - 4), Percentage.withPercentage(1e-9));
        }
        assertThat(steps(new LearningRateFinder(1e-4, 1e-2, 21), RECIPE, 5, 1)).isEqualTo(steps);
        assertThat(steps(new LearningRateFinder(1e-4, 1e-2, 21), RECIPE, 6, 1)).doesNotContainAnyElementsOf(steps);
        assertThat(folder).isDirectoryNotContaining(path -> path.equals(options(RECIPE, 5, 2).output()));
    }

    @Test
    void endsOnceTheLossExplodes() throws IOException {
        assertThat(steps(new LearningRateFinder(1e-2, 1e6, 40), RECIPE, 5, 2)).hasSizeBetween(2, 39)
                .allMatch(step -> Double.isFinite(step.loss()));
    }

    @Test
    void suggestionsAreInTheTermsOfTheRecipe() throws IOException {
        LearningRateFinder finder = new LearningRateFinder(1e-4, 1e-2, 20);
        Recipe scaled = RECIPE.with("learningRate", "0.5").with("scaleLearningRate", "48");
        LearningRateFinder.Result result = finder.run(options(scaled, 5, 2), done -> { });
        assertThat(result.setting(0.1)).isCloseTo(0.4, Percentage.withPercentage(1e-9));
        assertThat(result.sentence()).endsWith("the recipe has 0.50.");
    }

    @Test
    void rangesRise() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningRateFinder(1, 0.1, 20))
                .withMessageContaining("rising");
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningRateFinder(0, 0.1, 20));
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningRateFinder(0.1, 1, 19))
                .withMessageContaining("steps");
    }
}
