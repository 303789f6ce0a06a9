package io.github.shufflenet4j.training.recipe;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.io.yaml.YamlException;
import io.github.shufflenet4j.io.yaml.YamlFiles;
import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.io.yaml.YamlMapping;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.training.recipe.RecipeKeys.Decay;
import io.github.shufflenet4j.training.recipe.RecipeKeys.Optimizer;

/**
 * A training recipe: values by {@linkplain RecipeKeys key}, with defaults for keys that are not given. Immutable. In
 * YAML it is a mapping of keys to scalars; the library's own recipes, in {@code zoo-configs}, have names.
 */
public final class Recipe {

    /** Names of the library's own recipes. */
    public static final List<String> SHIPPED =
            List.of("megvii", "torchvision", "mmpretrain", "paddleclas", "finetune", "quick");

    private static final YamlFiles FILES = new YamlFiles("/zoo-configs/", SHIPPED, "recipe", RecipeKeys.ALL);
    /** Keys that a file must have, beside the length of the run. */
    private static final List<YamlKey<?>> REQUIRED =
            List.of(RecipeKeys.DESCRIPTION, RecipeKeys.BATCH_SIZE, RecipeKeys.LEARNING_RATE);
    /** Pairs of keys of which only one may be given. */
    private static final List<List<YamlKey<?>>> ALTERNATIVES = List.of(
            List.of(RecipeKeys.EPOCHS, RecipeKeys.ITERATIONS),
            List.of(RecipeKeys.WARMUP_EPOCHS, RecipeKeys.WARMUP_ITERATIONS),
            List.of(RecipeKeys.STEP_EPOCHS, RecipeKeys.MILESTONES),
            List.of(RecipeKeys.EVALUATION_CROP_RATIO, RecipeKeys.EVALUATION_RESIZE),
            List.of(RecipeKeys.EMA_DECAY, RecipeKeys.INTERPOLATION));

    /** Keys that say how long the run is, so that another value for one of them is not to be lengthened. */
    private static final List<YamlKey<?>> LENGTHS = List.of(RecipeKeys.EPOCHS, RecipeKeys.ITERATIONS);

    /** Keys for some optimizers only. */
    private static final Map<YamlKey<?>, List<Optimizer>> OF_OPTIMIZER = Map.of(
            RecipeKeys.BETA1, List.of(Optimizer.ADAMW), RecipeKeys.BETA2, List.of(Optimizer.ADAMW),
            RecipeKeys.ALPHA, List.of(Optimizer.RMSPROP),
            RecipeKeys.EPSILON, List.of(Optimizer.ADAMW, Optimizer.RMSPROP));
    /** Keys for some schedules only. */
    private static final Map<YamlKey<?>, List<Decay>> OF_SCHEDULE = Map.of(
            RecipeKeys.POWER, List.of(Decay.POLYNOMIAL), RecipeKeys.STEP_EPOCHS, List.of(Decay.STEP),
            RecipeKeys.MILESTONES, List.of(Decay.STEP), RecipeKeys.STEP_FACTOR, List.of(Decay.STEP));

    private static final Recipe PLAIN = new Recipe(Map.of());

    private final Map<YamlKey<?>, Object> values;

    private Recipe(Map<YamlKey<?>, Object> values) {
        this.values = values;
    }

    /** The recipe in which every key has its default. */
    public static Recipe plain() {
        return PLAIN;
    }

    /**
     * The recipe in a file, or the library's own of that name.
     *
     * @throws YamlException naming file, line and key
     */
    public static Recipe read(String fileOrName) throws IOException {
        YamlMapping mapping = FILES.read(fileOrName);
        Recipe recipe = of(mapping);
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
        return of(FILES.parse(yaml, origin));
    }

    private static Recipe of(YamlMapping mapping) throws YamlException {
        Set<YamlKey<?>> given = mapping.keys();
        for (List<YamlKey<?>> pair : ALTERNATIVES) {
            if (given.containsAll(pair)) {
                List<YamlKey<?>> ordered = given.stream().filter(pair::contains).toList();
                throw mapping.fault(ordered.get(1), ordered.get(1) + " and " + ordered.get(0) + " (line "
                        + mapping.line(ordered.get(0)) + ") mean the same; give one of them");
            }
        }
        Map<YamlKey<?>, Object> values = new LinkedHashMap<>();
        given.forEach(key -> values.put(key, mapping.get(key)));
        Recipe recipe = new Recipe(values);
        try {
            recipe.check();
        } catch (IllegalArgumentException e) {
            throw mapping.fault(e.getMessage());
        }
        return recipe;
    }

    /**
     * This recipe with another value, which replaces that of an alternative key, as epochs does iterations. Epochs and
     * iterations also replace {@code minIterations}.
     */
    public <T> Recipe with(YamlKey<T> key, T value) {
        Map<YamlKey<?>, Object> changed = new LinkedHashMap<>(values);
        for (List<YamlKey<?>> pair : ALTERNATIVES) {
            if (pair.contains(key)) {
                pair.forEach(changed::remove);
            }
        }
        if (LENGTHS.contains(key)) {
            changed.remove(RecipeKeys.MIN_ITERATIONS);
        }
        changed.put(key, key.checked(value));
        return new Recipe(changed);
    }

    /**
     * This recipe with another value, given as text.
     *
     * @throws IllegalArgumentException if there is no such key, or the text is not a value of it
     */
    public Recipe with(String key, String value) {
        return withText(YamlKey.named(key, RecipeKeys.ALL), value);
    }

    private <T> Recipe withText(YamlKey<T> key, String value) {
        return with(key, key.parse(value));
    }

    /** This recipe with the default for a key. */
    public Recipe without(YamlKey<?> key) {
        Map<YamlKey<?>, Object> changed = new LinkedHashMap<>(values);
        changed.remove(key);
        return new Recipe(changed);
    }

    /** Whether the key was given. */
    public boolean has(YamlKey<?> key) {
        return values.containsKey(key);
    }

    /** The value given, or the default, which may be the optimizer's; empty if there is neither. */
    public <T> Optional<T> find(YamlKey<T> key) {
        return key.in(values).or(() -> key.in(RecipeKeys.OPTIMIZER.in(values).orElseThrow().defaults()));
    }

    /** The value of a key that is given or has a default. */
    public <T> T get(YamlKey<T> key) {
        return find(key).orElseThrow(() -> new NoSuchElementException("no " + key));
    }

    /** Images in a micro-batch. */
    public int microBatchSize() {
        int batch = get(RecipeKeys.BATCH_SIZE);
        return Math.min(batch, find(RecipeKeys.MICRO_BATCH_SIZE).orElse(batch));
    }

    /**
     * The last part of the network that is frozen in an epoch; empty if none is.
     *
     * @param epoch from 1
     */
    public Optional<NetworkPart> frozenIn(int epoch) {
        Optional<NetworkPart> atFirst = get(RecipeKeys.FREEZE);
        return find(RecipeKeys.UNFREEZE).map(changes -> changes.frozenIn(epoch, atFirst)).orElse(atFirst);
    }

    /**
     * Checks the values against each other.
     *
     * @throws IllegalArgumentException naming the keys whose values are inconsistent
     */
    public void check() {
        int batch = get(RecipeKeys.BATCH_SIZE);
        Validate.isTrue(batch % microBatchSize() == 0, "batchSize must be a multiple of microBatchSize, got %s and %s",
                batch, microBatchSize());
        Validate.isTrue(!has(RecipeKeys.SCALE_LEARNING_RATE) || has(RecipeKeys.LEARNING_RATE),
                "scaleLearningRate needs a learningRate to scale");
        requireFor(RecipeKeys.OPTIMIZER, OF_OPTIMIZER);
        requireFor(RecipeKeys.SCHEDULE, OF_SCHEDULE);
        Validate.isTrue(get(RecipeKeys.BALANCE) != RecipeKeys.Balance.SAMPLING || get(RecipeKeys.REPETITIONS) == 1,
                "balance: sampling repeats images, and cannot be combined with repetitions");
        find(RecipeKeys.UNFREEZE).ifPresent(changes -> changes.checkAfter(get(RecipeKeys.FREEZE)));
        Validate.isTrue(get(RecipeKeys.WARMUP) != RecipeKeys.Warmup.CONSTANT || get(RecipeKeys.WARMUP_FACTOR) != 0,
                "warmup: constant needs a warmupFactor above 0");
    }

    private <E extends Enum<E>> void requireFor(YamlKey<E> selector, Map<YamlKey<?>, List<E>> keys) {
        E selected = get(selector);
        keys.forEach((key, values) -> Validate.isTrue(!has(key) || values.contains(selected),
                "%s is for %s: %s, not for %s", key, selector,
                values.stream().map(YamlKey::word).collect(Collectors.joining(" or ")), YamlKey.word(selected)));
    }

    /**
     * Checks that a number of workers may each take a step from its own part of a batch, and average.
     *
     * @throws IllegalArgumentException if the mean of their steps is not the step of the whole batch
     */
    public void checkWorkers(int workers) {
        boolean clips = has(RecipeKeys.CLIP_GRADIENT_NORM);
        Validate.isTrue(workers == 1 || get(RecipeKeys.OPTIMIZER).isLinear() && !clips, "%s needs the gradient of the"
                + " whole batch, which %s workers do not have; use one worker, or SGD without clipping",
                clips ? RecipeKeys.CLIP_GRADIENT_NORM : "optimizer: " + YamlKey.word(get(RecipeKeys.OPTIMIZER)),
                workers);
    }

    /** All values, given or default, by the names of their keys. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (YamlKey<?> key : RecipeKeys.ALL) {
            find(key).ifPresent(value -> settings.put(key.name(), RecipeKeys.word(value)));
        }
        return settings;
    }

    /** The values given, in YAML. */
    public String toYaml() {
        StringBuilder yaml = new StringBuilder();
        for (YamlKey<?> key : RecipeKeys.ALL) {
            if (has(key)) {
                String word = RecipeKeys.word(values.get(key));
                yaml.append(key.name()).append(": ")
                        .append(key == RecipeKeys.DESCRIPTION ? "'" + word.replace("'", "''") + "'" : word)
                        .append('\n');
            }
        }
        return yaml.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Recipe that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values);
    }
}
