package io.github.shufflenet4j.training.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.report.RunFacts;

/**
 * A run, finished or not, by its folder.
 *
 * @param epochs the metrics of each epoch that has ended, by column of {@code metrics.csv}
 * @param facts  empty for a run of an earlier version
 */
record RunFolder(Path folder, Recipe recipe, List<Map<String, Double>> epochs, Optional<RunFacts> facts) {

    /** @throws IOException if the folder is not that of a run, or a file in it cannot be read; the message names it */
    static RunFolder read(Path folder) throws IOException {
        Path recipe = folder.resolve(Trainer.RECIPE_FILE);
        Path facts = folder.resolve(Trainer.FACTS_FILE);
        if (!Files.isRegularFile(recipe)) {
            throw new IOException(folder + ": " + (Files.isDirectory(folder)
                    ? "is not the folder of a run: it has no " + Trainer.RECIPE_FILE : "no such folder")
                    + "; name what was the --output of 'train'");
        }
        return new RunFolder(folder, Recipe.parse(Files.readString(recipe), recipe.toString()),
                epochs(folder.resolve(Trainer.METRICS_FILE)),
                Files.exists(facts) ? Optional.of(RunFacts.read(facts)) : Optional.empty());
    }

    private static List<Map<String, Double>> epochs(Path file) throws IOException {
        List<Map<String, Double>> epochs = new ArrayList<>();
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (int line = 1; line < lines.size(); line++) {
            String[] columns = lines.get(0).split(",");
            String[] values = lines.get(line).split(",");
            Map<String, Double> metrics = new LinkedHashMap<>();
            try {
                for (int column = 0; column < columns.length; column++) {
                    metrics.put(columns[column], Double.valueOf(values[column]));
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException(file + ": line " + (line + 1) + " is not a number for each column", e);
            }
            epochs.add(metrics);
        }
        return epochs;
    }

    /** The number of epochs that have ended. */
    int ended() {
        return epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).get("epoch").intValue();
    }

    /** What the run was made of, by part and name. */
    Map<String, Map<String, String>> parts() {
        Map<String, Map<String, String>> parts = new LinkedHashMap<>();
        parts.put("recipe", recipe.settings());
        facts.ifPresent(known -> {
            Map<String, String> run = new LinkedHashMap<>(known.run());
            run.remove(RunFacts.DURATION);
            parts.put("data", known.data());
            parts.put("run", run);
            parts.put("environment", known.environment());
        });
        return parts;
    }
}
