package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Moves pixels: where a pixel of the result lies in the image, as {@code x' = xx x + xy y + xt, y' = yx x + yy y + yt}
 * in pixels, with x to the right and y down. The nearest pixel is taken, and black where there is none, in 16.16 fixed
 * point as Pillow's {@code Image.transform(AFFINE, NEAREST)}. The centre conventions are torchvision's.
 */
record Affine(double xx, double xy, double xt, double yx, double yy, double yt) {

    private static final int FRACTION_BITS = 16;

    /** Shifts rows to the left by {@code slope} pixels per row, from the uppermost edge on. */
    static Affine shearX(double slope) {
        return new Affine(1, slope, 0, 0, 1, 0);
    }

    /** Shifts columns up by {@code slope} pixels per column, from the leftmost edge on. */
    static Affine shearY(double slope) {
        return new Affine(1, 0, 0, slope, 1, 0);
    }

    /** Shifts to the right and down by whole pixels. */
    static Affine translate(int right, int down) {
        return new Affine(1, 0, -right, 0, 1, -down);
    }

    /** Turns counterclockwise, in degrees, about the centre of an image of the given size. */
    static Affine rotate(double degrees, int width, int height) {
        double cos = StrictMath.cos(Math.toRadians(degrees));
        double sin = StrictMath.sin(Math.toRadians(degrees));
        double x = width / 2.0;
        double y = height / 2.0;
        return new Affine(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y);
    }

    /** The moved image, of the same size. */
    RgbImage apply(RgbImage image) {
        int width = image.width();
        int height = image.height();
        byte[] pixels = image.pixels();
        byte[] moved = new byte[pixels.length];
        long stepX = fixed(xx);
        long stepY = fixed(yx);
        // From the centre of the first pixel to that of the others.
        long rowX = fixed(xt + xx * 0.5 + xy * 0.5);
        long rowY = fixed(yt + yx * 0.5 + yy * 0.5);
        int to = 0;
        for (int row = 0; row < height; row++) {
            long atX = rowX;
            long atY = rowY;
            for (int column = 0; column < width; column++, to += 3) {
                long x = atX >> FRACTION_BITS;
                long y = atY >> FRACTION_BITS;
                if (x >= 0 && x < width && y >= 0 && y < height) {
                    int from = 3 * ((int) y * width + (int) x);
                    moved[to] = pixels[from];
                    moved[to + 1] = pixels[from + 1];
                    moved[to + 2] = pixels[from + 2];
                }
                atX += stepX;
                atY += stepY;
            }
            rowX += fixed(xy);
            rowY += fixed(yy);
        }
        return new RgbImage(width, height, moved);
    }

    private static long fixed(double value) {
        return (long) Math.floor(value * (1 << FRACTION_BITS) + 0.5);
    }
}
