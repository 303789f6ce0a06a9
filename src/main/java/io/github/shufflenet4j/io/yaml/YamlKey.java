package io.github.shufflenet4j.io.yaml;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.shufflenet4j.check.Suggestion;

/**
 * A key of a YAML file: its name, valid values and default.
 *
 * @param <T> type of its values
 */
public final class YamlKey<T> {

    private static final String WHOLE = "[-+]?\\d+";
    private static final String NUMBER = "[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?";

    private final String name;
    private final String demand;
    private final Function<String, T> reader;
    private final Predicate<T> valid;
    private final T fallback;

    private YamlKey(String name, String demand, Function<String, T> reader, Predicate<T> valid, T fallback) {
        this.name = name;
        this.demand = demand;
        this.reader = reader;
        this.valid = valid;
        this.fallback = fallback;
    }

    /** A whole number from {@code least} on; {@code fallback} may be null, as in the methods below. */
    public static YamlKey<Integer> whole(String name, int least, Integer fallback) {
        return new YamlKey<>(name, "a whole number from " + least + " on",
                text -> Integer.valueOf(matching(WHOLE, text)), value -> value >= least, fallback);
    }

    /** A whole number that may be beyond two billion, from {@code least} on. */
    public static YamlKey<Long> large(String name, long least, Long fallback) {
        return new YamlKey<>(name, "a whole number from " + least + " on",
                text -> Long.valueOf(matching(WHOLE, text)), value -> value >= least, fallback);
    }

    /** A finite number; {@code demand} completes "must be". */
    public static YamlKey<Double> number(String name, String demand, Predicate<Double> valid, Double fallback) {
        return new YamlKey<>(name, demand, text -> Double.valueOf(matching(NUMBER, text)),
                value -> Double.isFinite(value) && valid.test(value), fallback);
    }

    /** A number from 0 on. */
    public static YamlKey<Double> notNegative(String name, Double fallback) {
        return number(name, "a number from 0 on", value -> value >= 0, fallback);
    }

    /** A number from 0 to 1. */
    public static YamlKey<Double> share(String name, Double fallback) {
        return number(name, "a number from 0 to 1", value -> value >= 0 && value <= 1, fallback);
    }

    /** A number above 0, up to 1. */
    public static YamlKey<Double> positiveShare(String name, Double fallback) {
        return number(name, "a number above 0, up to 1", value -> value > 0 && value <= 1, fallback);
    }

    /** A number from 0 to below 1. */
    public static YamlKey<Double> lessThanOne(String name, Double fallback) {
        return number(name, "a number from 0 to below 1", value -> value >= 0 && value < 1, fallback);
    }

    /** {@code true} or {@code false}. */
    public static YamlKey<Boolean> flag(String name, Boolean fallback) {
        return of(name, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        }, fallback);
    }

    /** A text of one line that is not empty. */
    public static YamlKey<String> line(String name, String fallback) {
        return matching(name, "a text on one line", ".+", text -> text, fallback);
    }

    /** A constant of an enum, by its {@link #word}. */
    public static <E extends Enum<E>> YamlKey<E> choice(String name, Class<E> type, E fallback) {
        String words = Arrays.stream(type.getEnumConstants()).map(YamlKey::word).collect(Collectors.joining(", "));
        return of(name, "one of " + words, text -> Arrays.stream(type.getEnumConstants())
                .filter(value -> word(value).equals(text)).findFirst().orElseThrow(IllegalArgumentException::new),
                fallback);
    }

    /** A text that matches a regular expression; {@code demand} completes "must be". */
    public static <T> YamlKey<T> matching(String name, String demand, String regex, Function<String, T> reader,
                                          T fallback) {
        return of(name, demand, text -> reader.apply(matching(regex, text)), fallback);
    }

    /** Any other kind of value; {@code reader} throws {@link IllegalArgumentException} for invalid text. */
    public static <T> YamlKey<T> of(String name, String demand, Function<String, T> reader, T fallback) {
        return new YamlKey<>(name, demand, reader, value -> true, fallback);
    }

    /** The name of a constant in files: {@code class-folders} for {@code CLASS_FOLDERS}. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String matching(String regex, String text) {
        if (!text.matches(regex)) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    /** The key of that name; if there is none, an IllegalArgumentException names the nearest. */
    public static YamlKey<?> named(String name, List<YamlKey<?>> keys) {
        return keys.stream().filter(key -> key.name.equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("unknown key '" + name + "'; did you mean '"
                        + Suggestion.nearest(name, keys.stream().map(YamlKey::name).toList()) + "'?"));
    }

    /** The name in files and on the command line. */
    public String name() {
        return name;
    }

    /** The valid values, as a completion of "must be". */
    String demand() {
        return demand;
    }

    /** The default value; empty if there is none, or it depends on other settings. */
    public Optional<T> fallback() {
        return Optional.ofNullable(fallback);
    }

    /** The given value, which must be of the key's type, or else the default; empty if there is neither. */
    @SuppressWarnings("unchecked") // Only values of the key's type are put under it.
    public Optional<T> in(Map<YamlKey<?>, Object> values) {
        T given = (T) values.get(this);
        return given == null ? fallback() : Optional.of(given);
    }

    /** Reads a value; an IllegalArgumentException names the key, the valid values and the text. */
    public T parse(String text) {
        T value;
        try {
            value = reader.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw refusal("'" + text + "'", e);
        }
        return checked(value);
    }

    /** Returns the value if it is in range, else throws an IllegalArgumentException. */
    public T checked(T value) {
        if (value == null || !valid.test(value)) {
            throw refusal(String.valueOf(value), null);
        }
        return value;
    }

    private IllegalArgumentException refusal(String given, Exception cause) {
        return new IllegalArgumentException(name + " must be " + demand + ", not " + given, cause);
    }

    @Override
    public String toString() {
        return name;
    }
}
