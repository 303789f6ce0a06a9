package io.github.shufflenet4j.kernel.conv;

import java.util.Arrays;

/**
 * Planes one after another in an array, with padding of a constant before, between and behind them: a row and a pixel,
 * for neighbours across the border, and two vectors, for loops that round up.
 *
 * @param plane   pixels of a plane
 * @param padding floats between planes
 */
record PaddedPlanes(int plane, int padding) {

    static PaddedPlanes of(int height, int width, int lanes) {
        return new PaddedPlanes(height * width, width + 1 + 2 * lanes);
    }

    /** Distance from plane to plane. */
    int pitch() {
        return plane + padding;
    }

    /** Where a plane begins. */
    int at(int index) {
        return padding + index * pitch();
    }

    /** Floats of an array of planes. */
    int size(int planes) {
        return Math.addExact(padding, Math.multiplyExact(planes, pitch()));
    }

    /** Sets the padding, over what overhung into it. */
    void fill(float[] array, int planes, float value) {
        for (int index = 0; index <= planes; index++) {
            Arrays.fill(array, at(index) - padding, at(index), value);
        }
    }
}
