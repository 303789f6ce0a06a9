package io.github.shufflenet4j.kernel;

/** Integer arithmetic that Java 17 lacks; arguments are not negative. */
public final class Rounding {

    private Rounding() {
    }

    /** The quotient, rounded up. */
    public static int ceilDiv(int value, int by) {
        return (value + by - 1) / by;
    }

    /** The next multiple that is not less than {@code value}. */
    public static int up(int value, int multiple) {
        return ceilDiv(value, multiple) * multiple;
    }
}
