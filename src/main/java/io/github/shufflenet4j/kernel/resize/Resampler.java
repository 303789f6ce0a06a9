package io.github.shufflenet4j.kernel.resize;

import java.util.Objects;
import java.util.stream.Stream;

/**
 * Resizes an image of red, green and blue bytes by a filter along its rows and then one across them, in fixed point,
 * rounded to whole values after each. All implementations give the same bytes.
 *
 * <p>Not thread-safe: a resampler is made for an image.
 */
public abstract class Resampler {

    /** Fractional bits of weights. */
    public static final int FRACTION_BITS = 22;
    /** Values of a pixel. */
    protected static final int CHANNELS = 3;
    /** One half: sums start with it, and are rounded when their fraction is cut off. */
    protected static final int HALF = 1 << FRACTION_BITS - 1;

    private final ResamplingFilter columns;
    private final ResamplingFilter rows;

    protected Resampler(ResamplingFilter columns, ResamplingFilter rows) {
        this.columns = Objects.requireNonNull(columns, "columns");
        this.rows = Objects.requireNonNull(rows, "rows");
    }

    /**
     * Resizes.
     *
     * @param pixels of an image that holds the inputs of both filters
     * @param at     where the first input begins
     * @param pitch  bytes from row to row
     * @return pixels, as many as both filters have outputs
     */
    public final byte[] apply(byte[] pixels, int at, int pitch) {
        int stride = CHANNELS * columns.outputs();
        byte[] result = new byte[stride * rows.outputs()];
        // Rows that were resampled are kept for as long as a row of the result may see them.
        int[][] kept = Stream.generate(() -> new int[roundedUp(stride)]).limit(rows.taps()).toArray(int[][]::new);
        int[][] seen = new int[rows.taps()][];
        int next = rows.starts()[0];
        for (int y = 0; y < rows.outputs(); y++) {
            int first = rows.starts()[y];
            for (; next < first + rows.taps(); next++) {
                alongRow(pixels, at + next * pitch, kept[next % rows.taps()]);
            }
            for (int tap = 0; tap < rows.taps(); tap++) {
                seen[tap] = kept[(first + tap) % rows.taps()];
            }
            acrossRows(seen, rows.weights(), y * rows.taps(), stride, result, y * stride);
        }
        return result;
    }

    /** Memory for {@code values} values of a row, with room for vectors that overhang. */
    protected abstract int roundedUp(int values);

    /** Resamples the row that begins at {@code at}; {@code output} is {@linkplain #roundedUp rounded up}. */
    protected abstract void alongRow(byte[] pixels, int at, int[] output);

    /** Adds up rows of {@code n} values, rounded up, each with its weight, and writes the sums as bytes. */
    protected abstract void acrossRows(int[][] rows, int[] weights, int weightsAt, int n, byte[] output, int outputAt);
}
