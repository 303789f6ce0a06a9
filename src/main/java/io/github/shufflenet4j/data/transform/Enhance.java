package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.image.Luma;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Blends of an image with a degenerate version of itself: Pillow's {@code ImageEnhance}. A factor of 0 gives the
 * degenerate image, 1 the image as it is, more the opposite of degenerate; values are computed in single precision,
 * clamped and truncated, as Pillow does.
 */
final class Enhance {

    private Enhance() {
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

    /**
     * Degenerate: smoothed by the 3x3 filter of ones around a five, of which the outermost pixels have too few
     * neighbours; those stay as they are.
     */
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
        return Tones.map(image, value -> blend(degenerate, value, share) & 0xFF);
    }

    private static byte blend(int degenerate, int value, float share) {
        float blended = degenerate + share * (value - degenerate);
        return (byte) (int) Math.max(0, Math.min(255, blended));
    }
}
