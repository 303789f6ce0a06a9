package io.github.shufflenet4j.training;

/** Checks of settings. */
public final class Checks {

    private Checks() {
    }

    /** @throws IllegalArgumentException unless the value is a number above 0 */
    static double positive(String name, double value) {
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
