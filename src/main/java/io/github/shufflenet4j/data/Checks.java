package io.github.shufflenet4j.data;

/** Checks of settings. */
public final class Checks {

    private Checks() {
    }

    /** @throws IllegalArgumentException if the value is no probability */
    public static void probability(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("a probability of " + value);
        }
    }

    /** @throws IllegalArgumentException unless {@code 0 < low <= high < infinity} */
    public static void positiveRange(String name, double low, double high) {
        if (!(0 < low && low <= high) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(name + " must be positive and rising, not " + low + " to " + high);
        }
    }

    /** @throws IllegalArgumentException unless {@code low <= value <= high} */
    public static void within(String name, double value, double low, double high) {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException(name + " must be " + low + " to " + high + ", not " + value);
        }
    }

    /** @throws IllegalArgumentException unless the value is a number above 0 */
    public static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be a number above 0, got " + value);
        }
        return value;
    }

    /** @throws IllegalArgumentException if the value is below the minimum */
    public static int atLeast(int minimum, int value, String name) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ", got " + value);
        }
        return value;
    }
}
