package io.github.shufflenet4j.training.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.training.recipe.Recipe;

/** Lengths and learning rates of the shipped recipes on ImageNet, worked out by hand. */
class LearningRatesTest {

    private static final int IMAGENET = 1_281_167;
    private static final int STEPS = 1251;

    @ParameterizedTest
    @CsvSource({
        // 0.5 (1 - i / 300000)
        "megvii, 0, 0.5", "megvii, 150000, 0.25", "megvii, 299999, 1.6666667e-6", "megvii, 300000, 0",
        // 0.1 of the rate for 5000 iterations, then a straight line over the other 370300
        "mmpretrain, 0, 0.05", "mmpretrain, 4999, 0.05", "mmpretrain, 5000, 0.5", "mmpretrain, 190150, 0.25",
        // 5 * 1251 = 6255 iterations up, then a cosine
        "paddleclas, 0, 7.9923e-5", "paddleclas, 3127, 0.25", "paddleclas, 6255, 0.5", "paddleclas, 153247, 0.25",
        "torchvision, 0, 0.0050791", "torchvision, 6255, 0.5", "torchvision, 378427, 0.25",
        "torchvision, 750600, 0"})
    void ratesOfPublishedRecipes(String name, int iteration, double expected) throws IOException {
        Recipe recipe = Recipe.read(name);
        ISchedule schedule = LearningRates.schedule(recipe, RunLength.of(recipe, IMAGENET));
        assertThat(schedule.valueAt(iteration, 0)).isCloseTo(expected, Offset.offset(1e-6 + 1e-5 * expected));
    }

    @Test
    void lengthsAreCountedInUpdates() throws IOException {
        RunLength megvii = RunLength.of(Recipe.read("megvii"), IMAGENET);
        assertThat(megvii).isEqualTo(new RunLength(64, 16, STEPS, 300_000));
        assertThat(megvii.epochs()).isEqualTo(240);
        assertThat(megvii.steps(0)).isEqualTo(STEPS);
        assertThat(megvii.steps(239)).isEqualTo(300_000 - 239 * STEPS);
        assertThat(megvii.stepsAfter(239)).isEqualTo(300_000);
        // Too few images for a batch: they are one, of as many micro-batches as fit.
        assertThat(RunLength.of(Recipe.read("megvii").with("epochs", "2"), 200))
                .isEqualTo(new RunLength(64, 3, 1, 2));
        assertThat(RunLength.of(Recipe.plain(), 20)).isEqualTo(new RunLength(20, 1, 1, 30));
    }

    @Test
    void ratesScaleWithTheBatch() throws IOException {
        // The author's answer for a batch of 384.
        assertThat(LearningRates.peak(Recipe.read("megvii"), 384)).isEqualTo(0.1875);
        assertThat(LearningRates.peak(Recipe.plain().with("learningRate", "0.3"), 384)).isEqualTo(0.3);
        assertThat(LearningRates.peak(Recipe.plain(), 32)).isEqualTo(0.1);
        assertThat(LearningRates.peak(Recipe.plain(), 1024)).isEqualTo(0.5);
        Recipe adam = Recipe.plain().with("optimizer", "adamw");
        assertThat(LearningRates.peak(adam, 16)).isEqualTo(0.0005);
        assertThat(LearningRates.peak(adam, 256)).isEqualTo(0.001);
        // torchvision's for MobileNetV3
        assertThat(LearningRates.peak(Recipe.plain().with("optimizer", "rmsprop"), 1024)).isEqualTo(0.064);
    }

    @Test
    void warmupIsAnEpochAndAtMostATwentiethUnlessSaidOtherwise() {
        RunLength length = new RunLength(32, 1, 10, 300);
        assertThat(LearningRates.warmupSteps(Recipe.plain(), length)).isEqualTo(10);
        assertThat(LearningRates.warmupSteps(Recipe.plain(), new RunLength(32, 1, 10, 100))).isEqualTo(5);
        assertThat(LearningRates.warmupSteps(Recipe.plain().with("warmupEpochs", "2.5"), length)).isEqualTo(25);
        assertThatIllegalArgumentException().isThrownBy(
                () -> LearningRates.schedule(Recipe.plain().with("warmupEpochs", "30"), length))
                .withMessageContaining("300").withMessageContaining("warmupEpochs");
    }

    /** torchvision's StepLR, and its milestones, with and without a warm-up. */
    @Test
    void ratesDropByTheStep() {
        RunLength length = new RunLength(32, 1, 4, 26);
        Recipe recipe = Recipe.plain().with("learningRate", "0.8").with("schedule", "step").with("stepEpochs", "2")
                .with("warmupEpochs", "0");
        ISchedule regular = LearningRates.schedule(recipe, length);
        assertThat(rates(regular, 0, 7, 8, 15, 16, 25)).containsExactly(0.8, 0.8, 0.08, 0.08, 0.008, 0.0008);
        ISchedule milestones = LearningRates.schedule(recipe.with("milestones", "2, 3,9").with("stepFactor", "0.5")
                .with("warmupEpochs", "1"), length);
        assertThat(rates(milestones, 0, 4, 7, 8, 11, 12, 25)).containsExactly(0.16, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2);
        assertThatIllegalArgumentException().isThrownBy(
                () -> LearningRates.schedule(recipe.with("warmupEpochs", "2"), length))
                .withMessageContaining("drops after epoch 2, within the warm-up of 8 steps");
        assertThat(Recipe.plain().with("milestones", "2, 3,9").toYaml()).isEqualTo("milestones: 2,3,9\n");
    }

    private static List<Double> rates(ISchedule schedule, int... iterations) {
        return Arrays.stream(iterations).mapToObj(i -> Math.round(schedule.valueAt(i, 0) * 1e12) / 1e12).toList();
    }

    @Test
    void partsHaveTheRateOfTheNextTimesTheDecay() {
        RunLength length = new RunLength(32, 1, 4, 4);
        Recipe recipe = Recipe.plain().with("learningRate", "0.8").with("warmupEpochs", "0").with("layerDecay", "0.5");
        assertThat(LearningRates.schedule(recipe, length).valueAt(0, 0)).isEqualTo(0.8);
        assertThat(LearningRates.schedule(recipe, length, NetworkPart.CONV5).valueAt(0, 0)).isEqualTo(0.4);
        assertThat(LearningRates.schedule(recipe, length, NetworkPart.STAGE4).valueAt(0, 0)).isEqualTo(0.2);
        assertThat(LearningRates.schedule(recipe, length, NetworkPart.CONV1).valueAt(0, 0)).isEqualTo(0.025);
        assertThat(LearningRates.schedule(recipe.with("bodyLearningRate", "0.1"), length, NetworkPart.STAGE4)
                .valueAt(2, 0)).isCloseTo(0.01, Offset.offset(1e-12));
    }

    @Test
    void powersAreTaken() {
        Recipe recipe = Recipe.plain().with("learningRate", "0.8").with("schedule", "polynomial").with("power", "2")
                .with("warmupEpochs", "0");
        ISchedule schedule = LearningRates.schedule(recipe, new RunLength(32, 1, 4, 4));
        assertThat(schedule.valueAt(2, 0)).isCloseTo(0.2, Offset.offset(1e-12));
        assertThat(LearningRates.schedule(recipe.with("schedule", "constant"), new RunLength(32, 1, 4, 4))
                .valueAt(3, 0)).isEqualTo(0.8);
    }

    /** A run on few images has more epochs, up to a number, unless its epochs are given. */
    @Test
    void aRunHasItsLeastStepsIfNotTooManyEpochs() {
        Recipe recipe = Recipe.plain().with("epochs", "8").with("minIterations", "500");
        assertThat(RunLength.of(recipe, 32 * 100).epochs()).isEqualTo(8);
        assertThat(RunLength.of(recipe, 32 * 31)).isEqualTo(new RunLength(32, 1, 31, 31 * 17));
        assertThat(RunLength.of(recipe, 32).epochs()).isEqualTo(60);
        assertThat(RunLength.of(recipe.with("epochs", "8"), 32).epochs()).isEqualTo(8);
        assertThat(RunLength.of(recipe.with("iterations", "7"), 32).totalSteps()).isEqualTo(7);
    }
}
