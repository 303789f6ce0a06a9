package io.github.shufflenet4j.kernel;

import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** The square of an L2 norm. */
public final class SumOfSquares {

    private static final int CHUNK = 1 << 13;

    private SumOfSquares() {
    }

    /** The sum of the squares of all floats from index 0 to the limit, the same with any number of workers. */
    public static double of(FloatBuffer values, ElementwiseKernels kernels, Workers workers) {
        double[] sums = new double[Rounding.ceilDiv(values.limit(), CHUNK)];
        workers.parallelFor(sums.length, chunk -> {
            int at = chunk * CHUNK;
            int n = Math.min(CHUNK, values.limit() - at);
            float[] heap = Scratch.ofThread().floats(Scratch.Slot.INPUT, CHUNK);
            values.get(at, heap, 0, n);
            sums[chunk] = kernels.squares(heap, 0, n, 0);
        });
        return Arrays.stream(sums).sum();
    }
}
