package io.github.shufflenet4j.inference;

/**
 * Height and width of an image or of the activations behind a layer, in pixels.
 *
 * @param height rows
 * @param width  columns
 */
record Plane(int height, int width) {

    /** Behind a 3x3 window at stride 2 with padding 1. */
    Plane halved() {
        return new Plane((height + 1) / 2, (width + 1) / 2);
    }

    int pixels() {
        return height * width;
    }
}
