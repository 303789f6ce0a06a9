package io.github.shufflenet4j.audit;

import io.github.shufflenet4j.data.image.Luma;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * A small grey picture of what the network sees of an image, to tell copies of a photo from other photos of the same
 * things, which the network's features do not.
 *
 * @param luma brightness, row by row
 */
record Thumbnail(byte[] luma) {

    /** Pixels of a side. */
    static final int SIDE = 56;

    /** Sides of the parts of the one picture that are compared with the whole other, for copies that were cropped. */
    private static final double[] SCALES = {0.95, 0.9, 0.85, 0.8};
    /** Distance of such parts, in pixels. */
    private static final double STEP = 2.8;
    /** Half the side of the squares whose means are a picture with less noise, and its surroundings. */
    private static final int FINE = 1;
    private static final int COARSE = 8;
    /** Samples on each axis. */
    private static final int SAMPLES = 24;

    static Thumbnail of(RgbImage image) {
        byte[] pixels = Resize.resize(image, SIDE, SIDE).pixels();
        byte[] luma = new byte[SIDE * SIDE];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = (byte) Luma.of(pixels[3 * i] & 0xFF, pixels[3 * i + 1] & 0xFF, pixels[3 * i + 2] & 0xFF);
        }
        return new Thumbnail(luma);
    }

    /**
     * How well a picture matches another, or a part of it of 64 % or more, or the other a part of it, as they are or
     * mirrored: the highest correlation of their details, which are what differs from the surroundings; 1 for the same
     * picture, or one of other brightness or contrast.
     */
    double match(Thumbnail other) {
        double[] details = details(false);
        return Math.max(match(details, other.details(false)), match(details, other.details(true)));
    }

    private static double match(double[] a, double[] b) {
        double[] wholeA = sample(a, 0, 0, 1);
        double[] wholeB = sample(b, 0, 0, 1);
        double best = correlation(wholeA, wholeB);
        for (double scale : SCALES) {
            double margin = SIDE * (1 - scale);
            int steps = 2 * (int) Math.ceil(margin / 2 / STEP - 1e-9); // even, for one in the middle
            for (int row = 0; row <= steps; row++) {
                for (int column = 0; column <= steps; column++) {
                    double top = margin * row / steps;
                    double left = margin * column / steps;
                    double[] part = sample(a, top, left, scale);
                    best = Math.max(best, correlation(part, wholeB));
                    best = Math.max(best, correlation(part, sample(b, margin - top, margin - left, scale)));
                    best = Math.max(best, correlation(wholeA, sample(b, top, left, scale)));
                }
            }
        }
        return best;
    }

    /** The picture less a blurred one. */
    private double[] details(boolean mirrored) {
        double[] picture = new double[SIDE * SIDE];
        for (int i = 0; i < picture.length; i++) {
            int from = mirrored ? i - i % SIDE + SIDE - 1 - i % SIDE : i;
            picture[i] = luma[from] & 0xFF;
        }
        double[] fine = blurred(picture, FINE);
        double[] coarse = blurred(picture, COARSE);
        for (int i = 0; i < fine.length; i++) {
            fine[i] -= coarse[i];
        }
        return fine;
    }

    /** The means over squares of so many pixels to each side, on rows and then on columns. */
    private static double[] blurred(double[] picture, int radius) {
        return transposedMeans(transposedMeans(picture, radius), radius);
    }

    private static double[] transposedMeans(double[] picture, int radius) {
        double[] means = new double[picture.length];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int from = Math.max(0, x - radius);
                int to = Math.min(SIDE - 1, x + radius);
                double sum = 0;
                for (int i = from; i <= to; i++) {
                    sum += picture[y * SIDE + i];
                }
                means[x * SIDE + y] = sum / (to - from + 1);
            }
        }
        return means;
    }

    /** Samples of a square part, interpolated. */
    private static double[] sample(double[] picture, double top, double left, double scale) {
        double[] samples = new double[SAMPLES * SAMPLES];
        double step = SIDE * scale / SAMPLES;
        for (int row = 0; row < SAMPLES; row++) {
            double y = Math.max(0, Math.min(SIDE - 1.001, top + (row + 0.5) * step - 0.5));
            int y0 = (int) y;
            for (int column = 0; column < SAMPLES; column++) {
                double x = Math.max(0, Math.min(SIDE - 1.001, left + (column + 0.5) * step - 0.5));
                int x0 = (int) x;
                int at = y0 * SIDE + x0;
                double above = picture[at] + (x - x0) * (picture[at + 1] - picture[at]);
                double below = picture[at + SIDE] + (x - x0) * (picture[at + SIDE + 1] - picture[at + SIDE]);
                samples[row * SAMPLES + column] = above + (y - y0) * (below - above);
            }
        }
        return samples;
    }

    /** Pearson's; 0 if one of them is constant. */
    private static double correlation(double[] a, double[] b) {
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < a.length; i++) {
            meanA += a[i] / a.length;
            meanB += b[i] / a.length;
        }
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return squaresA > 0 && squaresB > 0 ? product / Math.sqrt(squaresA * squaresB) : 0;
    }
}
