package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The main branch of a unit: pointwise, depthwise, pointwise.
 *
 * @param expand    the first pointwise convolution, inputs in the order of the unit's {@link Gather}
 * @param depthwise the depthwise convolution
 * @param project   the last pointwise convolution, outputs in the order of the unit's block
 */
record UnitWeights(PointwiseWeights expand, DepthwiseWeights depthwise, PointwiseWeights project) {

    /** Floats of a pixel between the convolutions. */
    int middlePitch() {
        return expand.paddedOutputs();
    }
}
