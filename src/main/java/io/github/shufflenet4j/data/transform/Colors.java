package io.github.shufflenet4j.data.transform;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.image.Luma;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Operations on the colours of 8-bit images, which compute and round as Pillow's {@code ImageEnhance}, {@code ImageOps}
 * and {@code convert("HSV")}.
 *
 * <p>The first four blend an image with a degenerate version of itself. A factor of 0 gives the degenerate image, 1 the
 * image as it is, more the opposite of degenerate; values are computed in single precision, clamped and truncated.
 */
final class Colors {

    private static final int VALUES = 256;


    /** The edge of the colour wheel that each hue is on, 0 to 5 from red by way of green and blue. */
    private static final int[] EDGE = new int[VALUES];
    /** The position on that edge, 0 to 1. */
    private static final float[] ALONG = new float[VALUES];
    /** An 8-bit value as a share. */
    private static final float[] SHARE = new float[VALUES];

    static {
        for (int value = 0; value < VALUES; value++) {
            double turned = value * 6.0 / 255.0;
            // 255 is a whole turn: the start of a seventh edge, which is the first again.
            EDGE[value] = (int) turned % 6;
            ALONG[value] = (float) (turned - (int) turned);
            SHARE[value] = (float) (value / 255.0);
        }
    }

    private Colors() {
    }

    /** Degenerate: black. */
    static RgbImage brightness(RgbImage image, double factor) {
        return factor == 1 ? image : blendWith(0, image, (float) factor);
    }

    /** Degenerate: one gray, the mean luma of the image. */
    static RgbImage contrast(RgbImage image, double factor) {
        if (factor == 1) {
            return image;
        }
        byte[] pixels = image.pixels();
        long sum = 0;
        for (int i = 0; i < pixels.length; i += 3) {
            sum += Luma.of(pixels[i] & 0xFF, pixels[i + 1] & 0xFF, pixels[i + 2] & 0xFF);
        }
        int mean = (int) ((double) sum / (pixels.length / 3) + 0.5);
        return blendWith(mean, image, (float) factor);
    }

    /** Degenerate: each pixel's luma. */
    static RgbImage saturation(RgbImage image, double factor) {
        if (factor == 1) {
            return image;
        }
        float share = (float) factor;
        byte[] pixels = image.pixels();
        byte[] result = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i += 3) {
            int red = pixels[i] & 0xFF;
            int green = pixels[i + 1] & 0xFF;
            int blue = pixels[i + 2] & 0xFF;
            int gray = Luma.of(red, green, blue);
            result[i] = blend(gray, red, share);
            result[i + 1] = blend(gray, green, share);
            result[i + 2] = blend(gray, blue, share);
        }
        return new RgbImage(image.width(), image.height(), result);
    }

    /** Degenerate: smoothed by the 3x3 filter of ones around a five, except at the border. */
    static RgbImage sharpness(RgbImage image, double factor) {
        if (factor == 1) {
            return image;
        }
        float share = (float) factor;
        byte[] pixels = image.pixels();
        byte[] result = pixels.clone();
        int row = 3 * image.width();
        int[] sums = new int[row];
        for (int y = 1; y < image.height() - 1; y++) {
            int start = y * row;
            for (int i = 0; i < row; i++) {
                sums[i] = (pixels[start - row + i] & 0xFF) + (pixels[start + i] & 0xFF)
                        + (pixels[start + row + i] & 0xFF);
            }
            for (int i = 3; i < row - 3; i++) {
                int value = pixels[start + i] & 0xFF;
                int sum = sums[i - 3] + sums[i] + sums[i + 3] + 4 * value;
                // sum / 13, rounded; it is never half way between two numbers.
                result[start + i] = blend((2 * sum + 13) / 26, value, share);
            }
        }
        return new RgbImage(image.width(), image.height(), result);
    }

    private static RgbImage blendWith(int degenerate, RgbImage image, float share) {
        return map(image, value -> blend(degenerate, value, share) & 0xFF);
    }

    private static byte blend(int degenerate, int value, float share) {
        float blended = degenerate + share * (value - degenerate);
        return (byte) (int) Math.max(0, Math.min(255, blended));
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

    /**
     * Turns the hue by {@code turn} of a full turn, -0.5 to 0.5, from red towards green, by way of 8-bit HSV as
     * torchvision's {@code adjust_hue}: that loses some precision, whatever the turn.
     */
    static RgbImage hue(RgbImage image, double turn) {
        int steps = (int) (turn * 255);
        byte[] pixels = image.pixels();
        byte[] result = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i += 3) {
            int red = pixels[i] & 0xFF;
            int green = pixels[i + 1] & 0xFF;
            int blue = pixels[i + 2] & 0xFF;
            int value = Math.max(red, Math.max(green, blue));
            float range = value - Math.min(red, Math.min(green, blue));
            int saturation = range == 0 ? 0 : (int) (range / value * 255.0);
            if (saturation == 0) {
                set(result, i, (byte) value, (byte) value, (byte) value);
                continue;
            }
            int hue = (hue(red, green, blue, value, range) + steps) & 0xFF;
            float share = SHARE[saturation];
            float along = ALONG[hue];
            byte top = (byte) value;
            byte low = round(value * (1.0 - share));
            byte falling = round(value * (1.0 - share * along));
            byte rising = round(value * (1.0 - share * (1.0 - along)));
            switch (EDGE[hue]) {
                case 0 -> set(result, i, top, rising, low);
                case 1 -> set(result, i, falling, top, low);
                case 2 -> set(result, i, low, top, rising);
                case 3 -> set(result, i, low, falling, top);
                case 4 -> set(result, i, rising, low, top);
                default -> set(result, i, top, low, falling);
            }
        }
        return new RgbImage(image.width(), image.height(), result);
    }

    /** The 8-bit hue of a colour that is not gray. */
    private static int hue(int red, int green, int blue, int value, float range) {
        // The edges' precision is Pillow's: the first is worked out in floats, the others in doubles.
        float edges;
        if (red == value) {
            edges = (value - blue) / range - (value - green) / range;
        } else if (green == value) {
            edges = (float) (2.0 + (value - red) / range - (value - blue) / range);
        } else {
            edges = (float) (4.0 + (value - green) / range - (value - red) / range);
        }
        double turned = edges / 6.0 + 1.0;
        float fraction = (float) (turned >= 1 ? turned - 1 : turned);
        return (int) (fraction * 255.0);
    }

    private static byte round(double positive) {
        return (byte) (int) (positive + 0.5);
    }

    private static void set(byte[] pixels, int at, byte red, byte green, byte blue) {
        pixels[at] = red;
        pixels[at + 1] = green;
        pixels[at + 2] = blue;
    }
}
