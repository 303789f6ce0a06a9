package io.github.shufflenet4j.kernel.vector;

/** {@link io.github.shufflenet4j.kernel.ChannelsLastKernels#depthwise} of one vector of channels at one pixel pitch. */
interface DepthwiseKernel {

    void run(float[] in, int above, int middle, int below, int stride, float[] w, int wAt, int width,
             float[] out, int outAt, int outPitch);
}
