package io.github.shufflenet4j.data.image;

/**
 * A rectangle of whole pixels.
 *
 * @param x      the leftmost column, from 0
 * @param y      the topmost row, from 0
 * @param width  columns, at least 1
 * @param height rows, at least 1
 */
public record Region(int x, int y, int width, int height) {

    /** @throws IllegalArgumentException if the region is empty or starts left of or above the origin */
    public Region {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException("no region: " + width + "x" + height + " at (" + x + ", " + y + ")");
        }
    }

    void requireWithin(int columns, int rows) {
        if ((long) x + width > columns || (long) y + height > rows) {
            throw new IllegalArgumentException(this + " reaches out of " + columns + "x" + rows + " pixels");
        }
    }
}
