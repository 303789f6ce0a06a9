package io.github.shufflenet4j.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decisions of a fuzzer: taken from its bytes, one after the other, and where those end from a random generator that
 * they seed. The same bytes give the same decisions, and bytes that begin alike give decisions that begin alike.
 */
final class Choices {

    private static final List<Long> LIMITS = List.of(0L, 1L, 7L, 0x7FL, 0xFFL, 0x7FFFL, 0xFFFFL, 0xFFFFFFL,
            0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL, 1L << 40, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE);

    private final byte[] bytes;
    private final SplittableRandom beyond;
    private int at;

    Choices(byte[] bytes) {
        this.bytes = bytes;
        this.beyond = new SplittableRandom(Arrays.hashCode(bytes));
    }

    private int next() {
        return at < bytes.length ? bytes[at++] & 0xFF : beyond.nextInt(256);
    }

    /** From 0 to below {@code bound}; 0 where that is below 1. */
    int below(int bound) {
        long value = next();
        for (long reach = 256; reach < bound; reach <<= 8) {
            value = value << 8 | next();
        }
        return bound < 1 ? 0 : (int) (value % bound);
    }

    boolean oneIn(int number) {
        return below(number) == 0;
    }

    <T> T of(List<T> values) {
        return values.get(below(values.size()));
    }

    /** A number that readers are apt to mistake: near a limit of a type, or any. */
    long number() {
        return switch (below(4)) {
            case 0 -> below(1 << 16);
            case 1 -> -below(1 << 8);
            default -> of(LIMITS) + below(5) - 2;
        };
    }

    /** The same as text, or what stands where a number should. */
    String numberAsText() {
        return oneIn(6) ? of(List.of("", "-", "NaN", "-Infinity", "1e999", "0.5", "9".repeat(400), "null", "true",
                "\"1\"", "[]", "{}", "0x10", "1_000", "٣")) : Long.toString(number());
    }
}
