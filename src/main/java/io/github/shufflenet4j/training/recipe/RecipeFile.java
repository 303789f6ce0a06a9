package io.github.shufflenet4j.training.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import io.github.shufflenet4j.io.yaml.YamlException;
import io.github.shufflenet4j.io.yaml.YamlFiles;
import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.io.yaml.YamlMapping;

/** Reads recipes from YAML, a mapping of keys to scalars. Those in {@code zoo-configs} have names. */
public final class RecipeFile {

    /** Names of the library's own recipes. */
    public static final List<String> SHIPPED =
            List.of("megvii", "torchvision", "mmpretrain", "paddleclas", "finetune", "quick");

    private static final YamlFiles FILES = new YamlFiles("/zoo-configs/", SHIPPED, "recipe", RecipeKeys.ALL);

    /** Keys that a file must have, beside the length of the run. */
    private static final List<YamlKey<?>> REQUIRED =
            List.of(RecipeKeys.DESCRIPTION, RecipeKeys.BATCH_SIZE, RecipeKeys.LEARNING_RATE);

    private RecipeFile() {
    }

    /**
     * The recipe in a file, or the library's own of that name.
     *
     * @throws YamlException naming file, line and key
     */
    public static Recipe read(String fileOrName) throws IOException {
        return complete(FILES.read(fileOrName));
    }

    /** As {@link #read(String)}, from a file only. */
    public static Recipe read(Path file) throws IOException {
        return complete(FILES.read(file));
    }

    private static Recipe complete(YamlMapping mapping) throws YamlException {
        Recipe recipe = recipe(mapping);
        mapping.require(REQUIRED);
        if (!recipe.has(RecipeKeys.EPOCHS) && !recipe.has(RecipeKeys.ITERATIONS)) {
            throw mapping.fault("lacks the run's length: the key 'epochs' or 'iterations'");
        }
        return recipe;
    }

    /**
     * The recipe in a text, which may lack required keys.
     *
     * @param origin of the text, for messages
     */
    public static Recipe parse(String yaml, String origin) throws YamlException {
        return recipe(FILES.parse(yaml, origin));
    }

    private static Recipe recipe(YamlMapping mapping) throws YamlException {
        refuseAlternatives(mapping);
        Recipe recipe = Recipe.plain();
        for (YamlKey<?> key : mapping.keys()) {
            recipe = with(recipe, key, mapping);
        }
        try {
            recipe.check();
        } catch (IllegalArgumentException e) {
            throw mapping.fault(e.getMessage());
        }
        return recipe;
    }

    private static <T> Recipe with(Recipe recipe, YamlKey<T> key, YamlMapping mapping) {
        return recipe.with(key, mapping.get(key));
    }

    private static void refuseAlternatives(YamlMapping mapping) throws YamlException {
        Set<YamlKey<?>> given = mapping.keys();
        for (List<YamlKey<?>> pair : Recipe.ALTERNATIVES) {
            if (given.containsAll(pair)) {
                List<YamlKey<?>> ordered = given.stream().filter(pair::contains).toList();
                throw mapping.fault(ordered.get(1), ordered.get(1) + " and " + ordered.get(0) + " (line "
                        + mapping.line(ordered.get(0)) + ") mean the same; give one of them");
            }
        }
    }
}
