package io.github.shufflenet4j.kernel.vector;

import io.github.shufflenet4j.kernel.PointwiseWeights;

/** {@link io.github.shufflenet4j.kernel.ChannelsLastKernels#pointwise} at one pixel pitch of the inputs. */
interface PointwiseKernel {

    /** @param maxPixels maximum number of pixels of a tile */
    void run(int maxPixels, float[] in, int inAt, int inRowPitch, int pitch, int rows, int width,
             PointwiseWeights weights, int from, int to, float[] out, int outAt, int outRowPitch, int outPitch);
}
