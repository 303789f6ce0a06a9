package io.github.shufflenet4j.data.transform;

import org.apache.commons.lang3.Validate;

/**
 * The part of an image that a network's input shows, in the image's pixels. It reaches out of the image where the input
 * is padded with black.
 *
 * @param x      left edge
 * @param y      upper edge
 * @param width  greater than 0
 * @param height greater than 0
 */
public record CropArea(double x, double y, double width, double height) {

    /** @throws IllegalArgumentException if the area is empty */
    public CropArea {
        Validate.isTrue(width > 0 && height > 0, "no area: %sx%s at (%s, %s)", width, height, x, y);
    }

    /** The same in an image of other sides. */
    public CropArea scaled(double horizontally, double vertically) {
        return new CropArea(x * horizontally, y * vertically, width * horizontally, height * vertically);
    }
}
