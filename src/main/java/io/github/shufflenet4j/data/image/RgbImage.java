package io.github.shufflenet4j.data.image;

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
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("an image of " + width + "x" + height + " pixels");
        }
        if (pixels.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    pixels.length + " bytes for " + width + "x" + height + " pixels of three bytes each");
        }
    }

    /** The whole image as a region of itself. */
    public Region bounds() {
        return new Region(0, 0, width, height);
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
