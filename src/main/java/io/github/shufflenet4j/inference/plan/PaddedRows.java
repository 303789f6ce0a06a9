package io.github.shufflenet4j.inference.plan;

import java.util.Arrays;

/**
 * Rows of pixels with a pixel of zeros on either side, for 3x3 windows with padding 1.
 *
 * @param width pixels of a row, without the padding
 * @param pitch floats of a pixel
 */
record PaddedRows(int width, int pitch) {

    int rowPitch() {
        return (width + 2) * pitch;
    }

    /** The padding before a row, where the first window begins. */
    int row(int row) {
        return row * rowPitch();
    }

    /** The first pixel of a row. */
    int at(int row) {
        return row(row) + pitch;
    }

    /** Clears channels {@code from} to {@code to} of both paddings. */
    void clearPadding(float[] rows, int offset, int row, int from, int to) {
        int left = offset + row(row);
        int right = left + (width + 1) * pitch;
        Arrays.fill(rows, left + from, left + to, 0);
        Arrays.fill(rows, right + from, right + to, 0);
    }

    /** Clears channels {@code from} to {@code to} of a whole row. */
    void clear(float[] rows, int offset, int row, int from, int to) {
        for (int pixel = offset + row(row); pixel < offset + row(row + 1); pixel += pitch) {
            Arrays.fill(rows, pixel + from, pixel + to, 0);
        }
    }
}
