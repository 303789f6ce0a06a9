package io.github.shufflenet4j.kernel;

/** Integer arithmetic that Java 17 lacks; arguments are not negative. */
final class Rounding {

    private Rounding() {
    }

    static int ceilDiv(int value, int by) {
        return (value + by - 1) / by;
    }

    static int up(int value, int multiple) {
        return ceilDiv(value, multiple) * multiple;
    }
}
