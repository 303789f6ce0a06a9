package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Changes that see a channel's value alone, as tables of 256: Pillow's {@code ImageOps} on 8-bit channels, with its
 * rounding.
 */
final class Tones {

    private static final int VALUES = 256;

    private Tones() {
    }

    /** Keeps the highest {@code bits} bits, 0 to 8, of each value. */
    static RgbImage posterize(RgbImage image, int bits) {
        int mask = -1 << (8 - bits);
        byte[] table = new byte[VALUES];
        for (int value = 0; value < VALUES; value++) {
            table[value] = (byte) (value & mask);
        }
        return map(image, table);
    }

    /** Inverts the values from {@code threshold} on. */
    static RgbImage solarize(RgbImage image, double threshold) {
        byte[] table = new byte[VALUES];
        for (int value = 0; value < VALUES; value++) {
            table[value] = (byte) (value < threshold ? value : 255 - value);
        }
        return map(image, table);
    }

    /** Stretches each channel so that its least value becomes 0 and its greatest 255. */
    static RgbImage autoContrast(RgbImage image) {
        int[][] counts = histograms(image);
        byte[][] tables = new byte[3][];
        for (int channel = 0; channel < 3; channel++) {
            tables[channel] = stretching(counts[channel]);
        }
        return map(image, tables[0], tables[1], tables[2]);
    }

    /** Makes the values of each channel about equally frequent. */
    static RgbImage equalize(RgbImage image) {
        int[][] counts = histograms(image);
        byte[][] tables = new byte[3][];
        for (int channel = 0; channel < 3; channel++) {
            tables[channel] = equalizing(counts[channel]);
        }
        return map(image, tables[0], tables[1], tables[2]);
    }

    /** What the table holds for each value of each channel. */
    static RgbImage map(RgbImage image, byte[] table) {
        return map(image, table, table, table);
    }

    private static RgbImage map(RgbImage image, byte[] red, byte[] green, byte[] blue) {
        byte[] pixels = image.pixels();
        byte[] mapped = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i += 3) {
            mapped[i] = red[pixels[i] & 0xFF];
            mapped[i + 1] = green[pixels[i + 1] & 0xFF];
            mapped[i + 2] = blue[pixels[i + 2] & 0xFF];
        }
        return new RgbImage(image.width(), image.height(), mapped);
    }

    private static int[][] histograms(RgbImage image) {
        int[] red = new int[VALUES];
        int[] green = new int[VALUES];
        int[] blue = new int[VALUES];
        byte[] pixels = image.pixels();
        for (int i = 0; i < pixels.length; i += 3) {
            red[pixels[i] & 0xFF]++;
            green[pixels[i + 1] & 0xFF]++;
            blue[pixels[i + 2] & 0xFF]++;
        }
        return new int[][] {red, green, blue};
    }

    private static byte[] stretching(int[] counts) {
        int low = 0;
        while (counts[low] == 0) {
            low++;
        }
        int high = greatest(counts);
        if (low == high) {
            return identity();
        }
        double scale = 255.0 / (high - low);
        double offset = -low * scale;
        byte[] table = new byte[VALUES];
        for (int value = low; value <= high; value++) {
            table[value] = (byte) clamp((int) (value * scale + offset));
        }
        return table;
    }

    private static byte[] equalizing(int[] counts) {
        int high = greatest(counts);
        int total = 0;
        for (int value = 0; value < high; value++) {
            total += counts[value];
        }
        // With one value only, or too few pixels below the greatest, there is nothing to even out.
        int step = total / 255;
        if (step == 0) {
            return identity();
        }
        byte[] table = new byte[VALUES];
        int below = step / 2;
        for (int value = 0; value <= high; value++) {
            table[value] = (byte) clamp(below / step);
            below += counts[value];
        }
        return table;
    }

    private static int greatest(int[] counts) {
        int high = VALUES - 1;
        while (counts[high] == 0) {
            high--;
        }
        return high;
    }

    private static byte[] identity() {
        byte[] table = new byte[VALUES];
        for (int value = 0; value < VALUES; value++) {
            table[value] = (byte) value;
        }
        return table;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
