package io.github.shufflenet4j.inference.plan;

/** Height and width of an image or of a layer's activations, in pixels. */
public record SpatialSize(int height, int width) {

    /** Behind a 3x3 window at stride 2 with padding 1. */
    SpatialSize halved() {
        return new SpatialSize((height + 1) / 2, (width + 1) / 2);
    }

    public int pixels() {
        return height * width;
    }
}
