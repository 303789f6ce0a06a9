package io.github.shufflenet4j.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads recipes from YAML: a mapping of keys to single values. Those in {@code zoo-configs} have names. */
public final class RecipeFile {

    /** Names of the recipes that come with this library. */
    public static final List<String> SHIPPED =
            List.of("megvii", "torchvision", "mmpretrain", "paddleclas", "finetune", "quick");

    private static final String FOLDER = "/zoo-configs/";
    private static final String ENDING = ".yaml";
    private static final long MOST_BYTES = 1 << 20;

    /** What a file must say, beside its length. */
    private static final List<RecipeKey<?>> REQUIRED =
            List.of(RecipeKeys.DESCRIPTION, RecipeKeys.BATCH_SIZE, RecipeKeys.LEARNING_RATE);

    private RecipeFile() {
    }

    /**
     * The recipe in a file, or the shipped one of that name.
     *
     * @throws RecipeException naming file, line and key
     */
    public static Recipe read(String fileOrName) throws IOException {
        if (SHIPPED.contains(fileOrName) && !Files.exists(Path.of(fileOrName))) {
            return shipped(fileOrName);
        }
        return read(Path.of(fileOrName));
    }

    /**
     * The recipe in a file.
     *
     * @throws RecipeException naming file, line and key
     */
    public static Recipe read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RecipeException(file + ": no such recipe: give a YAML file, or one of "
                    + String.join(", ", SHIPPED));
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new RecipeException(file + ": is too large for a recipe");
        }
        return complete(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file.toString());
    }

    private static Recipe shipped(String name) throws IOException {
        try (InputStream content = RecipeFile.class.getResourceAsStream(FOLDER + name + ENDING)) {
            if (content == null) {
                throw new RecipeException(name + ": is not among the resources of this library");
            }
            return complete(new String(content.readAllBytes(), StandardCharsets.UTF_8), name);
        }
    }

    private static Recipe complete(String yaml, String origin) throws RecipeException {
        Recipe recipe = parse(yaml, origin);
        for (RecipeKey<?> key : REQUIRED) {
            if (!recipe.has(key)) {
                throw new RecipeException(origin + ": lacks the key '" + key + "', " + key.demand());
            }
        }
        if (!recipe.has(RecipeKeys.EPOCHS) && !recipe.has(RecipeKeys.ITERATIONS)) {
            throw new RecipeException(origin + ": lacks the run's length: the key 'epochs' or 'iterations'");
        }
        return recipe;
    }

    /**
     * The recipe that a text says, whether it is complete or not.
     *
     * @param origin what to call the text in messages
     */
    public static Recipe parse(String yaml, String origin) throws RecipeException {
        Recipe recipe = Recipe.plain();
        Map<RecipeKey<?>, Integer> lines = new LinkedHashMap<>();
        for (NodeTuple pair : mapping(yaml, origin)) {
            String place = origin + ":" + line(pair.getKeyNode()) + ": ";
            if (!(pair.getKeyNode() instanceof ScalarNode name)) {
                throw new RecipeException(place + "a key must be a single word");
            }
            try {
                RecipeKey<?> key = RecipeKeys.named(name.getValue());
                if (!(pair.getValueNode() instanceof ScalarNode value)) {
                    throw new RecipeException(place + key + " must be " + key.demand() + ", not a list or a mapping");
                }
                if (value.getTag().equals(Tag.NULL)) {
                    throw new RecipeException(place + key + " has no value; it must be " + key.demand());
                }
                refuseSecond(key, lines, place);
                recipe = recipe.with(key.name(), value.getValue());
                lines.put(key, line(pair.getKeyNode()));
            } catch (IllegalArgumentException e) {
                throw new RecipeException(place + e.getMessage(), e);
            }
        }
        try {
            recipe.check();
        } catch (IllegalArgumentException e) {
            throw new RecipeException(origin + ": " + e.getMessage(), e);
        }
        return recipe;
    }

    private static void refuseSecond(RecipeKey<?> key, Map<RecipeKey<?>, Integer> lines, String place)
            throws RecipeException {
        if (lines.containsKey(key)) {
            throw new RecipeException(place + key + " is given twice, first in line " + lines.get(key));
        }
        for (List<RecipeKey<?>> pair : Recipe.ALTERNATIVES) {
            RecipeKey<?> other = pair.get(0) == key ? pair.get(1) : pair.get(0);
            if (pair.contains(key) && lines.containsKey(other)) {
                throw new RecipeException(place + key + " and " + other + " (line " + lines.get(other)
                        + ") say the same thing; give one of them");
            }
        }
    }

    private static List<NodeTuple> mapping(String yaml, String origin) throws RecipeException {
        // Keys that occur twice, or are none, are refused here, where their lines are known.
        LoadSettings settings = LoadSettings.builder().setLabel(origin).setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true).setMaxAliasesForCollections(0).build();
        try {
            Node root = new Compose(settings).composeString(yaml).orElse(null);
            if (root instanceof MappingNode mapping) {
                return mapping.getValue();
            }
            throw new RecipeException(origin + ": is no recipe: it must have lines such as 'epochs: 30'");
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new RecipeException(origin + ":" + line + ": is no valid YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            String fault = e.getMessage().strip().replaceAll("\\s+", " ");
            throw new RecipeException(origin + ": is no valid YAML: " + fault, e);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
