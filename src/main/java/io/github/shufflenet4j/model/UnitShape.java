package io.github.shufflenet4j.model;

import java.util.List;

/**
 * A unit of ShuffleNet V2 (figures 3c and 3d of the paper) in numbers.
 *
 * @param name      such as {@code stage2.0}
 * @param inputs    channels in
 * @param outputs   channels out
 * @param stride    1, or 2 for a unit that halves its planes and passes nothing unchanged
 * @param projected outputs that do not come from the main branch: the projection's, or those that pass unchanged
 */
public record UnitShape(String name, int inputs, int outputs, int stride, int projected) {

    static UnitShape downsampling(String name, int inputs, int outputs, BlockLayout layout) {
        return new UnitShape(name, inputs, outputs, 2, layout == BlockLayout.MEGVII ? inputs : outputs / 2);
    }

    static UnitShape basic(String name, int channels) {
        return new UnitShape(name, channels, channels, 1, channels / 2);
    }

    /** The stage that it is of. */
    public NetworkPart part() {
        return NetworkPart.ofVertex(name).orElseThrow();
    }

    /** Whether this is a unit of stride 2. */
    public boolean isDownsampling() {
        return stride == 2;
    }

    /** Branch 1, the projection of a unit of stride 2; empty otherwise. */
    public List<ConvolutionShape> projection() {
        return isDownsampling() ? List.of(
                ConvolutionShape.depthwise(name + ShuffleNetV2Unit.BRANCH1_DEPTHWISE, inputs, stride),
                ConvolutionShape.pointwise(name + ShuffleNetV2Unit.BRANCH1_POINTWISE, inputs, projected)) : List.of();
    }

    /** Branch 2, the main branch: as wide as half of the unit's outputs between its convolutions. */
    public List<ConvolutionShape> mainBranch() {
        int middle = outputs / 2;
        return List.of(
                ConvolutionShape.pointwise(name + ShuffleNetV2Unit.BRANCH2_POINTWISE1,
                        isDownsampling() ? inputs : inputs - projected, middle),
                ConvolutionShape.depthwise(name + ShuffleNetV2Unit.BRANCH2_DEPTHWISE, middle, stride),
                ConvolutionShape.pointwise(name + ShuffleNetV2Unit.BRANCH2_POINTWISE2, middle, outputs - projected));
    }
}
