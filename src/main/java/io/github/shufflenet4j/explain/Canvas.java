package io.github.shufflenet4j.explain;

import java.util.Arrays;

import io.github.shufflenet4j.data.image.RgbImage;

/** A picture to draw on, white at first. Colours are 0xRRGGBB. */
final class Canvas {

    private final int width;
    private final int height;
    private final byte[] pixels;

    Canvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.pixels = new byte[3 * width * height];
        Arrays.fill(pixels, (byte) 255);
    }

    int width() {
        return width;
    }

    void set(int x, int y, int color) {
        int at = 3 * (y * width + x);
        pixels[at] = (byte) (color >> 16);
        pixels[at + 1] = (byte) (color >> 8);
        pixels[at + 2] = (byte) color;
    }

    /** Fills the part of a rectangle that lies on the canvas. */
    void fill(int left, int top, int columns, int rows, int color) {
        for (int y = Math.max(0, top); y < Math.min(height, top + rows); y++) {
            for (int x = Math.max(0, left); x < Math.min(width, left + columns); x++) {
                set(x, y, color);
            }
        }
    }

    RgbImage image() {
        return new RgbImage(width, height, pixels);
    }
}
