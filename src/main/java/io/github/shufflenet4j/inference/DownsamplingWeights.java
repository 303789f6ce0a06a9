package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * Both branches of a unit of stride 2.
 *
 * @param gather           all inputs
 * @param depthwise        of the projection
 * @param projection       pointwise, behind it
 * @param projectionOutput what the projection makes
 * @param main             the main branch
 * @param mainOutput       what it makes
 */
record DownsamplingWeights(Gather gather, DepthwiseWeights depthwise, PointwiseWeights projection,
                           ChannelBlock projectionOutput, UnitWeights main, ChannelBlock mainOutput) {

    /** Floats of a pixel behind the depthwise convolution of the projection. */
    int projectedPitch() {
        return depthwise.paddedChannels();
    }
}
