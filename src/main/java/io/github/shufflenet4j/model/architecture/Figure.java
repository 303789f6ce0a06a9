package io.github.shufflenet4j.model.architecture;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A number as it is printed, rounded: {@code 2.3M} stands for whatever rounds to that.
 *
 * @param value the printed value, such as 2,300,000
 * @param unit  value of its last digit, such as 100,000
 */
public record Figure(long value, long unit) {

    /**
     * A figure such as {@code 146M} or {@code 2.3G}.
     *
     * @throws IllegalArgumentException if it does not end in k, M or G
     */
    public static Figure of(String printed) {
        String digits = printed.substring(0, printed.length() - 1);
        long factor = switch (printed.charAt(printed.length() - 1)) {
            case 'k' -> 1_000L;
            case 'M' -> 1_000_000L;
            case 'G' -> 1_000_000_000L;
            default -> throw new IllegalArgumentException("a figure ends in k, M or G, got " + printed);
        };
        BigDecimal number = new BigDecimal(digits);
        return new Figure(number.multiply(BigDecimal.valueOf(factor)).longValueExact(),
                BigDecimal.valueOf(factor).movePointLeft(number.scale()).longValueExact());
    }

    /** Whether {@code count}, rounded or cut off to as many digits, is this figure. */
    public boolean matches(long count) {
        return count - value < unit && value - count <= unit / 2;
    }

    /** In G from 1G on, in M from 0.1M on, in k below, with the digits that are printed. */
    @Override
    public String toString() {
        if (value >= 1_000_000_000) {
            return in(9) + "G";
        }
        return value >= 100_000 ? in(6) + "M" : in(3) + "k";
    }

    private String in(int powerOfTen) {
        int zeros = String.valueOf(unit).length() - 1;
        return BigDecimal.valueOf(value).movePointLeft(powerOfTen)
                .setScale(Math.max(0, powerOfTen - zeros), RoundingMode.UNNECESSARY).toPlainString();
    }
}
