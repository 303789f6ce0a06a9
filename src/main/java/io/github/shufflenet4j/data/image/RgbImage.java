package io.github.shufflenet4j.data.image;

import org.apache.commons.lang3.Validate;

/**
 * A decoded image. Images are treated as immutable: transforms return new ones, and nobody writes to
 * {@code pixels} after construction.
 *
 * @param width  pixels per row, at least 1
 * @param height rows, at least 1
 * @param pixels red, green, blue of each pixel, unsigned bytes, row by row from the top left:
 *     {@code 3 * width * height}
 */
public record RgbImage(int width, int height, byte[] pixels) {

    /** @throws IllegalArgumentException if a side is below 1 or the array has another length */
    public RgbImage {
        Validate.isTrue(width >= 1 && height >= 1, "an image of %sx%s pixels", width, height);
        Validate.isTrue(pixels.length == 3L * width * height, "%s bytes for %sx%s pixels of three bytes each",
                pixels.length, width, height);
    }

    /** The whole image as a region of itself. */
    public Region bounds() {
        return new Region(0, 0, width, height);
    }

    /** Copies the image onto a canvas, of {@code canvasWidth} pixels per row, that it fits on at (left, top). */
    public void copyTo(byte[] canvas, int canvasWidth, int left, int top) {
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, 3 * width * y, canvas, 3 * ((top + y) * canvasWidth + left), 3 * width);
        }
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
