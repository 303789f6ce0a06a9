package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.ChannelNorm;
import io.github.shufflenet4j.kernel.ElementwiseKernels;

/**
 * The gradient through batch norm of one channel (Ioffe and Szegedy, 2015, section 3): to the input,
 * {@code scale * g + slope * (y - mean) + constant}.
 *
 * @param gamma gradient to the scale
 * @param beta  gradient to the shift
 */
record NormGradient(float slope, float constant, float gamma, float beta) {

    /**
     * Of a channel's {@linkplain ElementwiseKernels#gradientSums sums}.
     *
     * @param count           number of values in the channel
     * @param batchStatistics whether the statistics are those of the values
     */
    static NormGradient of(ChannelNorm norm, double[] sums, int at, long count, boolean batchStatistics) {
        double inverse = norm.inverseDeviation();
        float beta = (float) sums[at];
        float gamma = (float) (sums[at + 1] * inverse);
        if (!batchStatistics) {
            return new NormGradient(0, 0, gamma, beta);
        }
        double scale = norm.scale() / (double) count;
        return new NormGradient((float) (-scale * inverse * inverse * sums[at + 1]), (float) (-scale * sums[at]),
                gamma, beta);
    }
}
