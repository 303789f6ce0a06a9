package io.github.shufflenet4j.benchmark;

import java.util.Arrays;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * The yardstick: a large matrix product, which is what a core does best, by the kernel of this library (OpenBLAS, as
 * ND4J brings it, knows few processors and was slower on those that were tried). Each block stays in the cache.
 */
final class MatrixProduct {

    private static final int BLOCKS = 64;
    private static final int ROWS = 49;
    private static final int INNER = 128;
    private static final int COLUMNS = 240;

    /** Floating-point operations of a step. */
    static final double FLOPS = 2.0 * BLOCKS * ROWS * INNER * COLUMNS;

    private MatrixProduct() {
    }

    static Contestant.Step step(Cell cell) {
        System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(cell.threads()));
        Workers workers = Workers.shared();
        ChannelsLastKernels kernels = KernelProviders.get().channelsLast();
        float[] values = new float[INNER * COLUMNS];
        Arrays.fill(values, 0.5f);
        PointwiseWeights weights = PointwiseWeights.pack(kernels.lanes(), 1, values, INNER, new float[COLUMNS], false);
        int each = ROWS * weights.paddedOutputs();
        float[] in = new float[cell.threads() * ROWS * INNER];
        float[] out = new float[cell.threads() * each];
        return () -> workers.parallelFor(cell.threads(), thread -> {
            for (int block = thread; block < BLOCKS; block += cell.threads()) {
                kernels.pointwise(in, thread * ROWS * INNER, 0, INNER, 1, ROWS, weights, 0, weights.panels(), out,
                        thread * each, 0, weights.paddedOutputs());
            }
        });
    }
}
