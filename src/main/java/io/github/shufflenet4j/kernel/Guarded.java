package io.github.shufflenet4j.kernel;

import java.util.Arrays;

/**
 * Planes one after another in an array, each between two guards that hold a constant: a row and a pixel, for
 * neighbours across the border, and two vectors, for loops that round up.
 *
 * @param plane pixels of a plane
 * @param guard floats between planes
 */
record Guarded(int plane, int guard) {

    static Guarded of(int height, int width, int lanes) {
        return new Guarded(height * width, width + 1 + 2 * lanes);
    }

    /** Distance from plane to plane. */
    int pitch() {
        return plane + guard;
    }

    /** Where a plane begins. */
    int at(int index) {
        return guard + index * pitch();
    }

    /** Floats of an array of planes. */
    int size(int planes) {
        return Math.addExact(guard, Math.multiplyExact(planes, pitch()));
    }

    /** Sets the guards, whatever overhung into them. */
    void fill(float[] array, int planes, float value) {
        for (int index = 0; index <= planes; index++) {
            Arrays.fill(array, at(index) - guard, at(index), value);
        }
    }
}
