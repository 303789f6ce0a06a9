package io.github.shufflenet4j.recipe;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A key of a recipe: its name, what values it takes, and what holds where it is not given. All keys are constants of
 * {@link RecipeKeys}.
 *
 * @param <T> type of its values
 */
public final class RecipeKey<T> {

    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d+");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

    private final String name;
    private final String demand;
    private final Function<String, T> reader;
    private final Predicate<T> valid;
    private final T fallback;

    /**
     * @param demand   completes "must be"
     * @param reader   from text; throws {@link IllegalArgumentException} for what is no such value
     * @param valid    whether a value is within its range
     * @param fallback what holds where the key is not given, or null
     */
    private RecipeKey(String name, String demand, Function<String, T> reader, Predicate<T> valid, T fallback) {
        this.name = name;
        this.demand = demand;
        this.reader = reader;
        this.valid = valid;
        this.fallback = fallback;
    }

    static RecipeKey<Integer> whole(String name, int least, Integer fallback) {
        return new RecipeKey<>(name, "a whole number from " + least + " on",
                text -> Integer.valueOf(matching(WHOLE, text)), value -> value >= least, fallback);
    }

    static RecipeKey<Double> number(String name, String demand, Predicate<Double> valid, Double fallback) {
        return new RecipeKey<>(name, demand, text -> Double.valueOf(matching(NUMBER, text)),
                value -> Double.isFinite(value) && valid.test(value), fallback);
    }

    static RecipeKey<Double> notNegative(String name, Double fallback) {
        return number(name, "a number from 0 on", value -> value >= 0, fallback);
    }

    static RecipeKey<Double> share(String name, Double fallback) {
        return number(name, "a number from 0 to 1", value -> value >= 0 && value <= 1, fallback);
    }

    static RecipeKey<Double> lessThanOne(String name, Double fallback) {
        return number(name, "a number from 0 to below 1", value -> value >= 0 && value < 1, fallback);
    }

    static RecipeKey<Boolean> flag(String name, Boolean fallback) {
        return of(name, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        }, fallback);
    }

    static <T> RecipeKey<T> of(String name, String demand, Function<String, T> reader, T fallback) {
        return new RecipeKey<>(name, demand, reader, value -> true, fallback);
    }

    private static String matching(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    /** Its name in files and on the command line. */
    public String name() {
        return name;
    }

    /** What values it takes, as a completion of "must be". */
    public String demand() {
        return demand;
    }

    /** What holds where it is not given; empty if that depends on other things, or nothing does. */
    public Optional<T> fallback() {
        return Optional.ofNullable(fallback);
    }

    /**
     * The value that {@code text} says.
     *
     * @throws IllegalArgumentException if it is none; the message names the key, the demand and the text
     */
    T parse(String text) {
        T value;
        try {
            value = reader.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw refusal("'" + text + "'", e);
        }
        return checked(value);
    }

    /** @throws IllegalArgumentException if the value is out of range */
    T checked(T value) {
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
