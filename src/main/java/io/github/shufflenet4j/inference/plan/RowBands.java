package io.github.shufflenet4j.inference.plan;

/**
 * The input of a 3x3 depthwise convolution, band by band: a buffer holds the rows that a band of outputs reads. Its
 * first row is the one above the band; the rows that a band shares with the one before are moved there.
 *
 * @param rows   the buffer
 * @param height rows of the whole input
 * @param stride of the convolution, 1 or 2
 * @param band   rows of outputs in a band
 */
record RowBands(PaddedRows rows, int height, int stride, int band) {

    /** Floats of the buffer. */
    int floats() {
        return rows.row(stride * (band - 1) + 3);
    }

    int width() {
        return rows.width();
    }

    int pitch() {
        return rows.pitch();
    }

    /** Pixels of a row of outputs. */
    int outWidth() {
        return (rows.width() - 1) / stride + 1;
    }

    /** Rows of all outputs. */
    int outHeight() {
        return (height - 1) / stride + 1;
    }

    /** The row above the window of output row {@code y}: -1 is the padding. */
    int above(int y) {
        return stride * y - 1;
    }

    /** The end of the rows of the input that outputs before row {@code end} read. */
    int end(int end) {
        return Math.min(above(end - 1) + 3, height);
    }

    /** Where, in the buffer of the band from output row {@code y} on, the first pixel of a row of the input is. */
    int at(int y, int row) {
        return rows.at(row - above(y));
    }

    /**
     * Makes the buffer ready for outputs {@code y} to {@code end}: keeps shared rows, and clears the padding of others.
     *
     * @param next first row of the input that is not there yet
     * @param from first channel to clear
     * @param to   end of the channels to clear
     */
    void advance(float[] memory, int at, int y, int end, int next, int from, int to) {
        int above = above(y);
        if (next > above) {
            System.arraycopy(memory, at + rows.row(stride * band), memory, at, rows.row(3 - stride));
        }
        if (next < 0) {
            rows.clear(memory, at, 0, from, to);
        }
        if (above(end - 1) + 3 > height) {
            rows.clear(memory, at, height - above, from, to);
        }
        for (int row = Math.max(0, next); row < end(end); row++) {
            rows.clearPadding(memory, at, row - above, from, to);
        }
    }
}
