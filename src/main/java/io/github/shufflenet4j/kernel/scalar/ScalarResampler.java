package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.resize.Resampler;
import io.github.shufflenet4j.kernel.resize.ResamplingFilter;
import java.util.Arrays;

/** The loops of resizing in plain Java. */
final class ScalarResampler extends Resampler {

    private final ResamplingFilter columns;
    private final int[] sums;

    ScalarResampler(ResamplingFilter columns, ResamplingFilter rows) {
        super(columns, rows);
        this.columns = columns;
        this.sums = new int[CHANNELS * columns.outputs()];
    }

    @Override
    protected int roundedUp(int values) {
        return values;
    }

    @Override
    protected void alongRow(byte[] pixels, int at, int[] output) {
        int[] starts = columns.starts();
        int[] weights = columns.weights();
        int count = columns.taps();
        for (int x = 0; x < starts.length; x++) {
            int from = at + CHANNELS * starts[x];
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            for (int weight = x * count; weight < (x + 1) * count; weight++, from += CHANNELS) {
                int w = weights[weight];
                red += w * (pixels[from] & 0xFF);
                green += w * (pixels[from + 1] & 0xFF);
                blue += w * (pixels[from + 2] & 0xFF);
            }
            output[CHANNELS * x] = red >> FRACTION_BITS;
            output[CHANNELS * x + 1] = green >> FRACTION_BITS;
            output[CHANNELS * x + 2] = blue >> FRACTION_BITS;
        }
    }

    @Override
    protected void acrossRows(int[][] rows, int[] weights, int weightsAt, int n, byte[] output, int outputAt) {
        Arrays.fill(sums, HALF);
        for (int row = 0; row < rows.length; row++) {
            accumulate(sums, rows[row], weights[weightsAt + row]);
        }
        for (int x = 0; x < n; x++) {
            output[outputAt + x] = (byte) (sums[x] >> FRACTION_BITS);
        }
    }

    // A loop of its own, over ints only: this is the form that the JIT compiler turns into vector instructions.
    private static void accumulate(int[] sums, int[] values, int weight) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += weight * values[x];
        }
    }
}
