package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.commons.io.file.PathUtils;

import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.guidelines.NetworkSpeed;
import io.github.shufflenet4j.guidelines.ablation.SplitAblation;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.model.comparison.ShuffleNetV2Split;
import io.github.shufflenet4j.training.ArchitectureTrial;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * The ablation of the channel split on drawings.
 *
 * @param trainPerClass training images of each class
 * @param valPerClass   validation images of each class
 * @param epochs        of each training
 * @param seeds         trainings of each network
 * @param timing        duration of the comparison of speeds
 * @param progress      receives the name of each step at its start
 */
record AblationRun(int trainPerClass, int valPerClass, int epochs, int seeds, Duration timing,
                   Consumer<String> progress) {

    private static final int RENDERED_SIZE = 72;
    private static final String RECIPE = "quick";
    private static final long DATA_SEED = 1;

    SplitAblation run() throws IOException {
        progress.accept("timing the networks");
        List<NetworkSpeed> speeds = NetworkSpeed.measure(List.of(ShuffleNetV2Split.values()), timing);
        Recipe recipe = Recipe.read(RECIPE).with(RecipeKeys.EPOCHS, epochs);
        Map<ShuffleNetV2Split, List<Double>> top1 = new EnumMap<>(ShuffleNetV2Split.class);
        Path data = Files.createTempDirectory("shapes");
        try {
            new RenderedDataset(RENDERED_SIZE, trainPerClass, valPerClass, DATA_SEED).write(data.resolve("images"));
            ArchitectureTrial trial = new ArchitectureTrial(data.resolve("images"), recipe, Workers.shared().size());
            for (int seed = 1; seed <= seeds; seed++) {
                for (ShuffleNetV2Split split : ShuffleNetV2Split.values()) {
                    progress.accept("training " + split.networkName() + ", seed " + seed);
                    top1.computeIfAbsent(split, key -> new ArrayList<>()).add(trial.top1(split, seed));
                }
            }
        } finally {
            PathUtils.deleteDirectory(data);
        }
        return new SplitAblation(conditions(recipe), Arrays.stream(ShuffleNetV2Split.values()).map(split ->
                new SplitAblation.Row(split, top1.get(split), speeds.get(split.ordinal()))).toList());
    }

    private Map<String, String> conditions(Recipe recipe) {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("Date", LocalDate.now().toString());
        conditions.put("Images", RenderedDataset.CLASSES.size() + " classes of drawn shapes, " + trainPerClass
                + " images each to train on and " + valPerClass + " to validate on");
        conditions.put("Recipe", RECIPE + ", " + epochs + " epochs at " + recipe.get(RecipeKeys.IMAGE_SIZE)
                + " pixels");
        conditions.put("Seeds", Integer.toString(seeds));
        conditions.putAll(Machine.facts());
        return conditions;
    }
}
