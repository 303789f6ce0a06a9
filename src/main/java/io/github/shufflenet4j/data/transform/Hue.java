package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Turns the hue of every pixel, by way of 8-bit HSV as torchvision's {@code adjust_hue} does on images: there, and so
 * here, the way to HSV and back costs some precision, whatever the turn. Both ways round as Pillow's
 * {@code convert("HSV")} and {@code convert("RGB")} do.
 */
final class Hue {

    private static final int VALUES = 256;

    /** For each hue, which of the six edges of the colour wheel it is on, 0 to 5 from red by way of green and blue. */
    private static final int[] EDGE = new int[VALUES];
    /** How far along its edge, 0 to 1. */
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

    private Hue() {
    }

    /** Turns by {@code turn} of a full turn, -0.5 to 0.5, towards green where red is. */
    static RgbImage turn(RgbImage image, double turn) {
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
