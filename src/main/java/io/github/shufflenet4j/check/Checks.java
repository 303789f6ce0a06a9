package io.github.shufflenet4j.check;

/** Checks of numeric arguments. All throw an {@link IllegalArgumentException} that names the argument and its value. */
public final class Checks {

    private Checks() {
    }

    /** Returns a value of at least {@code minimum}. */
    public static int atLeast(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ", got " + value);
        }
        return value;
    }

    /** Returns a finite value above 0. */
    public static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be a number above 0, got " + value);
        }
        return value;
    }

    /** Returns a value in [0, 1). */
    public static double lessThanOne(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
        return value;
    }

    /** Returns a value from {@code low} to {@code high}, both included. */
    public static double within(String name, double value, double low, double high) {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException(name + " must be " + text(low) + " to " + text(high) + ", got "
                    + text(value));
        }
        return value;
    }

    /** Checks that {@code 0 < low <= high < infinity}. */
    public static void positiveRange(String name, double low, double high) {
        if (!(0 < low && low <= high) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(name + " must be positive and rising, got " + low + " to " + high);
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9 ? Long.toString((long) value)
                : Double.toString(value);
    }
}
