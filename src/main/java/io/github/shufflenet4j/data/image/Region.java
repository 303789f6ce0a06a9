package io.github.shufflenet4j.data.image;

import org.apache.commons.lang3.Validate;

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
        Validate.isTrue(x >= 0 && y >= 0 && width >= 1 && height >= 1, "no region: %sx%s at (%s, %s)", width, height,
                x, y);
    }

    void requireWithin(int columns, int rows) {
        Validate.isTrue((long) x + width <= columns && (long) y + height <= rows, "%s reaches out of %sx%s pixels",
                this, columns, rows);
    }
}
