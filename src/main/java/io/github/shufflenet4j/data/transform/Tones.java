package io.github.shufflenet4j.data.transform;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.image.RgbImage;

/** Changes of each channel's values by a table: Pillow's {@code ImageOps} on 8-bit channels, with its rounding. */
final class Tones {

    private static final int VALUES = 256;

    private Tones() {
    }

    /** Keeps the highest {@code bits} bits, 0 to 8, of each value. */
    static RgbImage posterize(RgbImage image, int bits) {
        return map(image, value -> value & -1 << (8 - bits));
    }

    /** Inverts the values from {@code threshold} on. */
    static RgbImage solarize(RgbImage image, double threshold) {
        return map(image, value -> value < threshold ? value : 255 - value);
    }

    /** Stretches each channel so that its minimum becomes 0 and its maximum 255. */
    static RgbImage autoContrast(RgbImage image) {
        byte[][] tables = new byte[3][];
        for (int channel = 0; channel < 3; channel++) {
            int[] counts = histogram(image, channel);
            int low = IntStream.range(0, VALUES).filter(value -> counts[value] > 0).findFirst().orElseThrow();
            int high = max(counts);
            double scale = low == high ? 1 : 255.0 / (high - low);
            double offset = low == high ? 0 : -low * scale;
            tables[channel] = table(value -> (int) (value * scale + offset));
        }
        return map(image, tables);
    }

    /** Makes the values of each channel about equally frequent. */
    static RgbImage equalize(RgbImage image) {
        byte[][] tables = new byte[3][];
        for (int channel = 0; channel < 3; channel++) {
            int[] counts = histogram(image, channel);
            int step = IntStream.of(counts).limit(max(counts)).sum() / 255;
            int[] below = new int[VALUES];
            below[0] = step / 2;
            for (int value = 1; value < VALUES; value++) {
                below[value] = below[value - 1] + counts[value - 1];
            }
            // With one value only, or too few pixels below the maximum, there is nothing to even out.
            tables[channel] = table(value -> step == 0 ? value : below[value] / step);
        }
        return map(image, tables);
    }

    /** Changes each value of each channel; the results are clamped to 0 to 255. */
    static RgbImage map(RgbImage image, IntUnaryOperator change) {
        byte[] table = table(change);
        return map(image, table, table, table);
    }

    private static RgbImage map(RgbImage image, byte[]... tables) {
        byte[] red = tables[0];
        byte[] green = tables[1];
        byte[] blue = tables[2];
        byte[] pixels = image.pixels();
        byte[] mapped = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i += 3) {
            mapped[i] = red[pixels[i] & 0xFF];
            mapped[i + 1] = green[pixels[i + 1] & 0xFF];
            mapped[i + 2] = blue[pixels[i + 2] & 0xFF];
        }
        return new RgbImage(image.width(), image.height(), mapped);
    }

    private static byte[] table(IntUnaryOperator change) {
        byte[] table = new byte[VALUES];
        for (int value = 0; value < VALUES; value++) {
            table[value] = (byte) Math.max(0, Math.min(255, change.applyAsInt(value)));
        }
        return table;
    }

    private static int[] histogram(RgbImage image, int channel) {
        int[] counts = new int[VALUES];
        byte[] pixels = image.pixels();
        for (int i = channel; i < pixels.length; i += 3) {
            counts[pixels[i] & 0xFF]++;
        }
        return counts;
    }

    private static int max(int[] counts) {
        int high = VALUES - 1;
        while (counts[high] == 0) {
            high--;
        }
        return high;
    }
}
