package io.github.shufflenet4j.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** How numbers are shown. */
final class Numbers {

    private static final MathContext DIGITS = new MathContext(4);
    private static final double LARGEST_PLAIN = 1e9;
    private static final double SMALLEST_PLAIN = 1e-5;

    private Numbers() {
    }

    /** A table's cell: numbers rounded, anything else as it is. */
    static String cell(Object value) {
        return value instanceof Double || value instanceof Float
                ? format(((Number) value).doubleValue()) : String.valueOf(value);
    }

    /** Whole numbers as they are, others rounded to four significant digits; a dash for what is none. */
    static String format(double value) {
        if (!Double.isFinite(value)) {
            return "\u2013";
        }
        if (value == Math.rint(value) && Math.abs(value) < LARGEST_PLAIN) {
            return Long.toString((long) value);
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        double size = Math.abs(value);
        return size < SMALLEST_PLAIN || size >= LARGEST_PLAIN ? rounded.toString() : rounded.toPlainString();
    }
}
