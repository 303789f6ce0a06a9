package io.github.shufflenet4j.kernel.vector;

import io.github.shufflenet4j.kernel.PointwiseWeights;

/** {@link io.github.shufflenet4j.kernel.ChannelsLastKernels#pointwise} at one pixel pitch of the inputs. */
interface PointwiseKernel {

    /** @param pixels of a tile: 7, 4 or 1, and at most {@code width} */
    void run(int pixels, float[] in, int inAt, int inRowPitch, int pitch, int rows, int width, PointwiseWeights weights,
             int from, int to, float[] out, int outAt, int outRowPitch, int outPitch);
}
