package io.github.shufflenet4j.kernel;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Resizes an image of red, green and blue bytes by a filter along its rows and then one across them, in fixed point,
 * rounded to whole values after each. Two providers, Vector API and scalar, give the same bytes.
 *
 * <p>Not thread-safe: a resampler is made for an image.
 */
public abstract class Resampler {

    /** Fractional bits of weights. */
    public static final int FRACTION_BITS = 22;

    /** Values of a pixel. */
    static final int CHANNELS = 3;

    /** One half: sums start with it, and are rounded when their fraction is cut off. */
    static final int HALF = 1 << FRACTION_BITS - 1;

    private final Taps columns;
    private final Taps rows;

    Resampler(Taps columns, Taps rows) {
        this.columns = Objects.requireNonNull(columns, "columns");
        this.rows = Objects.requireNonNull(rows, "rows");
    }

    /**
     * The provider that {@link Kernels#preferred()} is of, but plain Java for the first images of a process: it is fast
     * at once, where the Vector API has to be compiled first.
     *
     * @param columns the filter along rows
     * @param rows    the filter across rows
     */
    public static Resampler of(Taps columns, Taps rows) {
        return Provider.vectors() ? new VectorResampler(columns, rows) : new ScalarResampler(columns, rows);
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
        int[][] kept = Stream.generate(() -> new int[roundedUp(stride)]).limit(rows.count()).toArray(int[][]::new);
        int[][] seen = new int[rows.count()][];
        int next = rows.starts()[0];
        for (int y = 0; y < rows.outputs(); y++) {
            int first = rows.starts()[y];
            for (; next < first + rows.count(); next++) {
                alongRow(pixels, at + next * pitch, kept[next % rows.count()]);
            }
            for (int tap = 0; tap < rows.count(); tap++) {
                seen[tap] = kept[(first + tap) % rows.count()];
            }
            acrossRows(seen, rows.weights(), y * rows.count(), stride, result, y * stride);
        }
        return result;
    }

    /** Memory for so many values of a row, with what vectors overhang. */
    abstract int roundedUp(int values);

    /** Resamples the row that begins at {@code at}; {@code output} is {@linkplain #roundedUp rounded up}. */
    abstract void alongRow(byte[] pixels, int at, int[] output);

    /** Adds up rows of {@code n} values, rounded up, each with its weight, and writes the sums as bytes. */
    abstract void acrossRows(int[][] rows, int[] weights, int weightsAt, int n, byte[] output, int outputAt);

    /** Chooses the provider. */
    private static final class Provider {

        private static final int FIRST_IMAGES = 32;
        private static final AtomicInteger IMAGES = new AtomicInteger();

        private static boolean vectors() {
            return (IMAGES.get() >= FIRST_IMAGES || IMAGES.getAndIncrement() >= FIRST_IMAGES)
                    && Kernels.preferred() instanceof VectorKernels && VectorResampler.isSupported();
        }
    }
}
