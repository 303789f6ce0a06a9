package io.github.shufflenet4j.training.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.io.yaml.YamlKey;
import io.github.shufflenet4j.model.NetworkPart;

/** A training recipe: values by {@linkplain RecipeKeys key}, with defaults for keys that are not given. Immutable. */
public final class Recipe {

    /** Pairs of keys of which only one may be given. */
    static final List<List<YamlKey<?>>> ALTERNATIVES = List.of(
            List.of(RecipeKeys.EPOCHS, RecipeKeys.ITERATIONS),
            List.of(RecipeKeys.WARMUP_EPOCHS, RecipeKeys.WARMUP_ITERATIONS));

    private static final Recipe PLAIN = new Recipe(Map.of());

    private final Map<YamlKey<?>, Object> values;

    private Recipe(Map<YamlKey<?>, Object> values) {
        this.values = values;
    }

    /** The recipe in which every key has its default. */
    public static Recipe plain() {
        return PLAIN;
    }

    /** This recipe with another value, which replaces that of an alternative key, as epochs does iterations. */
    public <T> Recipe with(YamlKey<T> key, T value) {
        Map<YamlKey<?>, Object> changed = new LinkedHashMap<>(values);
        for (List<YamlKey<?>> pair : ALTERNATIVES) {
            if (pair.contains(key)) {
                pair.forEach(changed::remove);
            }
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
        return withText(RecipeKeys.named(key), value);
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

    /** The value given, or the default; empty if there is neither. */
    public <T> Optional<T> find(YamlKey<T> key) {
        return key.in(values);
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
        if (batch % microBatchSize() != 0) {
            throw new IllegalArgumentException("batchSize must be a multiple of microBatchSize, got " + batch
                    + " and " + microBatchSize());
        }
        if (has(RecipeKeys.SCALE_LEARNING_RATE) && !has(RecipeKeys.LEARNING_RATE)) {
            throw new IllegalArgumentException("scaleLearningRate needs a learningRate to scale");
        }
        if (has(RecipeKeys.POWER) && get(RecipeKeys.SCHEDULE) != Decay.POLYNOMIAL) {
            throw new IllegalArgumentException("power is for schedule: polynomial, not for schedule: "
                    + RecipeKeys.word(get(RecipeKeys.SCHEDULE)));
        }
        find(RecipeKeys.UNFREEZE).ifPresent(changes -> changes.checkAfter(get(RecipeKeys.FREEZE)));
        if (get(RecipeKeys.WARMUP) == Warmup.CONSTANT && get(RecipeKeys.WARMUP_FACTOR) == 0) {
            throw new IllegalArgumentException("warmup: constant needs a warmupFactor above 0");
        }
    }

    /** All values, given or default, by the names of their keys. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (YamlKey<?> key : RecipeKeys.ALL) {
            find(key).ifPresent(value -> settings.put(key.name(), RecipeKeys.word(value)));
        }
        return settings;
    }

    /** The values given, in the format of {@link RecipeFile}. */
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

    @Override
    public String toString() {
        return "Recipe" + values;
    }
}
