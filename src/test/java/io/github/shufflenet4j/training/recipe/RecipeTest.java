package io.github.shufflenet4j.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import io.github.shufflenet4j.io.yaml.YamlException;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

class RecipeTest {

    private static final String WHOLE = "description: d\nepochs: 2\nbatchSize: 8\nlearningRate: 0.1\n";

    @SuppressWarnings("unused") // a source of parameters
    private static final Iterable<String> NAMES = Recipe.SHIPPED;

    @TempDir
    private Path folder;

    private void assertRefused(String yaml, String... parts) throws IOException {
        Path file = Files.writeString(folder.resolve("r.yaml"), yaml);
        assertThatExceptionOfType(YamlException.class).isThrownBy(() -> Recipe.read(file.toString()))
                .withMessageStartingWith(file.toString()).withMessageNotContaining("\n")
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            epoch: 3              | :5: unknown key 'epoch'; did you mean 'epochs'?
            Batchsize: 3          | :5: unknown key 'Batchsize'; did you mean 'batchSize'?
            seed: 3               | :5: unknown key 'seed'
            batchSize: 16         | :5: batchSize is given twice, first in line 3
            iterations: 16        | :5: iterations and epochs (line 2) mean the same
            imageSize: 16         | :5: imageSize must be a whole number from 32 on, not 16
            imageSize: 32.5       | :5: imageSize must be a whole number from 32 on, not '32.5'
            imageSize: 99999999999| :5: imageSize must be a whole number from 32 on, not '99999999999'
            imageSize: large      | :5: imageSize must be a whole number from 32 on, not 'large'
            imageSize:            | :5: imageSize has no value; it must be a whole number
            mixup: [0.2, 0.4]     | :5: mixup must be 0, or a number from 1e-6 to 1e6, not a list or a mapping
            mixup: .nan           | :5: mixup must be 0, or a number from 1e-6 to 1e6, not '.nan'
            mixup: 1e-9           | :5: mixup must be 0, or a number from 1e-6 to 1e6, not 1.0E-9
            mixup: 1e999          | :5: mixup must be
            hue: 0.6              | :5: hue must be a number from 0 to 0.5
            minCropArea: 0        | :5: minCropArea must be a number above 0, up to 1
            momentum: 1           | :5: momentum must be a number from 0 to below 1
            flip: -0.1            | :5: flip must be a number from 0 to 1
            trivialAugment: yes   | :5: trivialAugment must be true or false, not 'yes'
            schedule: stairs      | :5: schedule must be one of cosine, linear, polynomial, step, constant, not 'stairs'
            variant: x3_0         | :5: variant must be one of x0_25
            microBatchSize: 3     | : batchSize must be a multiple of microBatchSize, got 8 and 3
            power: 2              | : power is for schedule: polynomial
            milestones: 3         | : milestones is for schedule: step, not for cosine
            milestones: 3,3       | :5: milestones must be rising numbers of epochs
            milestones: 0,3       | :5: milestones must be rising numbers of epochs
            stepFactor: 1         | :5: stepFactor must be a number above 0, below 1
            clipGradientNorm: 0   | :5: clipGradientNorm must be a number above 0
            warmup: constant      | : warmup: constant needs a warmupFactor above 0
            freeze: stage5        | :5: freeze must be none or one of conv1, stage2, stage3, stage4, conv5, not 'stage5'
            unfreeze: stage2      | :5: unfreeze must be pairs of an epoch
            unfreeze: 0:none      | :5: unfreeze must be pairs of an epoch
            unfreeze: 2:stage2,4:stage3 | :5: unfreeze must be pairs of an epoch, from 1 on
            unfreeze: 2:stage2,2:none | :5: unfreeze must be pairs of an epoch
            unfreeze: 2:none      | : unfreeze must leave less and less frozen, but has none after none
            bodyLearningRate: 0   | :5: bodyLearningRate must be a number above 0
            layerDecay: 0         | :5: layerDecay must be a number above 0, up to 1
            optimizer: adam       | :5: optimizer must be one of momentum, nesterov, adamw, rmsprop, not 'adam'
            beta1: 0.9            | : beta1 is for optimizer: adamw, not for nesterov
            epsilon: 1e-8         | : epsilon is for optimizer: adamw or rmsprop, not for nesterov
            'a: b: c'             | :5: is not valid YAML
            {a: b}: c             | :5: a key must be a single word
            """)
    void faultsAreNamedWithFileLineAndKey(String line, String message) throws IOException {
        assertRefused(WHOLE + line + "\n", message);
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertRefused(WHOLE.replace("description: d\n", ""), "lacks the key 'description'");
        assertRefused(WHOLE.replace("batchSize: 8\n", ""), "lacks the key 'batchSize'");
        assertRefused(WHOLE.replace("learningRate: 0.1\n", ""), "lacks the key 'learningRate'");
        assertRefused(WHOLE.replace("epochs: 2\n", ""), "'epochs' or 'iterations'");
        assertRefused("", "is no recipe");
        assertRefused("just words\n", "is no recipe");
        assertRefused("- a\n- b\n", "is no recipe");
        assertRefused(WHOLE + "---\n" + WHOLE, "is not valid YAML");
        assertThatExceptionOfType(YamlException.class).isThrownBy(() -> Recipe.read("nowhere"))
                .withMessageContaining("nowhere: no such recipe").withMessageContaining("torchvision");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void shippedRecipesComeBackFromYaml(String name) throws IOException {
        Recipe recipe = Recipe.read(name);
        assertThat(Recipe.read("zoo-configs/" + name + ".yaml")).isEqualTo(recipe);
        assertThat(Recipe.parse(recipe.toYaml(), "again")).isEqualTo(recipe).hasSameHashCodeAs(recipe);
    }

    @Test
    void allShippedRecipesAreListedAndAllKeysDescribed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("zoo-configs"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            Recipe.SHIPPED.stream().map(name -> name + ".yaml").toList());
        }
        String readme = Files.readString(Path.of("zoo-configs", "README.md"));
        assertThat(RecipeKeys.ALL).allSatisfy(key -> assertThat(readme).contains("| `" + key.name() + "` |"));
        assertThat(Recipe.SHIPPED).allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }

    /** The numbers of the published recipes, as their sources print them. */
    @Test
    void publishedNumbers() throws IOException {
        Recipe megvii = Recipe.read("megvii");
        assertThat(megvii.get(RecipeKeys.ITERATIONS)).isEqualTo(300_000);
        assertThat(megvii.get(RecipeKeys.BATCH_SIZE)).isEqualTo(1024);
        assertThat(megvii.get(RecipeKeys.LEARNING_RATE)).isEqualTo(0.5);
        assertThat(megvii.get(RecipeKeys.WEIGHT_DECAY)).isEqualTo(4e-5);
        assertThat(megvii.get(RecipeKeys.SCHEDULE)).isEqualTo(RecipeKeys.Decay.LINEAR);
        assertThat(megvii.get(RecipeKeys.NORM_WEIGHT_DECAY)).isZero();
        assertThat(megvii.get(RecipeKeys.BATCH_NORM_BATCHES)).isEqualTo(1_281_167 / 1024);
        Recipe torchvision = Recipe.read("torchvision");
        assertThat(torchvision.get(RecipeKeys.EPOCHS)).isEqualTo(600);
        assertThat(torchvision.get(RecipeKeys.WEIGHT_DECAY)).isEqualTo(2e-5);
        assertThat(torchvision.get(RecipeKeys.IMAGE_SIZE)).isEqualTo(176);
        assertThat(torchvision.get(RecipeKeys.EVALUATION_RESIZE)).isEqualTo(232);
        assertThat(torchvision.get(RecipeKeys.REPETITIONS)).isEqualTo(4);
        assertThat(torchvision.find(RecipeKeys.EMA_DECAY)).contains(0.99998);
        assertThat(Recipe.read("mmpretrain").get(RecipeKeys.WARMUP_ITERATIONS)).isEqualTo(5000);
        assertThat(Recipe.read("paddleclas").get(RecipeKeys.EPOCHS)).isEqualTo(240);
    }

    @Test
    void overridesTakePrecedenceAndAlternativesGiveWay() throws IOException {
        Recipe recipe = Recipe.read("megvii").with("epochs", "3").with("variant", "x0.5");
        assertThat(recipe.has(RecipeKeys.ITERATIONS)).isFalse();
        assertThat(recipe.get(RecipeKeys.EPOCHS)).isEqualTo(3);
        assertThat(recipe.get(RecipeKeys.VARIANT)).isEqualTo(ShuffleNetV2Variant.X0_5);
        assertThat(recipe.with(RecipeKeys.BATCH_SIZE, 16).microBatchSize()).isEqualTo(16);
        assertThat(recipe.has(RecipeKeys.EVALUATION_RESIZE)).isTrue();
        assertThat(recipe.with("evaluationCropRatio", "1").has(RecipeKeys.EVALUATION_RESIZE)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> recipe.with("epochs", "0"))
                .withMessage("epochs must be a whole number from 1 on, not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> recipe.with(RecipeKeys.MOMENTUM, 1.5))
                .withMessageContaining("momentum");
        assertThatIllegalArgumentException().isThrownBy(
                () -> Recipe.plain().with("scaleLearningRate", "32").check()).withMessageContaining("learningRate");
    }

    @Test
    void defaultsAreTheOptimizersUnlessGiven() {
        assertThat(Recipe.plain().get(RecipeKeys.WEIGHT_DECAY)).isEqualTo(4e-5);
        assertThat(Recipe.plain().find(RecipeKeys.EPSILON)).isEmpty();
        Recipe adam = Recipe.plain().with("optimizer", "adamw");
        assertThat(adam.get(RecipeKeys.WEIGHT_DECAY)).isEqualTo(0.01);
        assertThat(adam.settings()).containsEntry("weightDecay", "0.01").containsEntry("epsilon", "1.0E-8");
        assertThat(adam.with("weightDecay", "0").get(RecipeKeys.WEIGHT_DECAY)).isZero();
        assertThat(Recipe.plain().with("optimizer", "rmsprop").get(RecipeKeys.EPSILON)).isEqualTo(0.0316);
    }

    @Test
    void workersAverageLinearStepsOnly() {
        Recipe.plain().checkWorkers(2);
        Recipe adam = Recipe.plain().with("optimizer", "adamw");
        adam.checkWorkers(1);
        assertThatIllegalArgumentException().isThrownBy(() -> adam.checkWorkers(2)).withMessage("optimizer: adamw needs"
                + " the gradient of the whole batch, which 2 workers do not have; use one worker, or SGD without"
                + " clipping");
        assertThatIllegalArgumentException().isThrownBy(
                () -> Recipe.plain().with("clipGradientNorm", "1").checkWorkers(2))
                .withMessageStartingWith("clipGradientNorm needs the gradient of the whole batch");
    }

    @Test
    void whatIsFrozenFollowsTheEpochs() throws IOException {
        Recipe recipe = Recipe.parse("freeze: conv5\nunfreeze: 2:stage4, 4:none\n", "r");
        assertThat(recipe.frozenIn(1)).contains(NetworkPart.CONV5);
        assertThat(recipe.frozenIn(2)).contains(NetworkPart.STAGE4);
        assertThat(recipe.frozenIn(3)).contains(NetworkPart.STAGE4);
        assertThat(recipe.frozenIn(4)).isEmpty();
        assertThat(recipe.frozenIn(99)).isEmpty();
        assertThat(recipe.toYaml()).contains("freeze: conv5\n", "unfreeze: 2:stage4,4:none\n");
        assertThat(Recipe.parse(recipe.toYaml(), "r")).isEqualTo(recipe);
        assertThat(Recipe.plain().frozenIn(1)).isEmpty();
        Recipe overridden = recipe.with("freeze", "none");
        assertThatIllegalArgumentException().isThrownBy(overridden::check)
                .withMessageContaining("stage4 after none");
    }
}
