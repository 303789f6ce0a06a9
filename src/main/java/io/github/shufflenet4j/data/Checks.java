package io.github.shufflenet4j.data;

/** Checks of settings that several steps have in common. */
final class Checks {

    private Checks() {
    }

    /** @throws IllegalArgumentException if the value is no probability */
    static void probability(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("a probability of " + value);
        }
    }

    /** @throws IllegalArgumentException unless {@code 0 < low <= high < infinity} */
    static void positiveRange(String name, double low, double high) {
        if (!(0 < low && low <= high) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(name + " must be positive and rising, not " + low + " to " + high);
        }
    }

    /** @throws IllegalArgumentException unless {@code low <= value <= high} */
    static void within(String name, double value, double low, double high) {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException(name + " must be " + low + " to " + high + ", not " + value);
        }
    }
}
