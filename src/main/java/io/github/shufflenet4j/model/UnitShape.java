package io.github.shufflenet4j.model;

import java.util.ArrayList;
import java.util.List;

import io.github.shufflenet4j.model.architecture.ConvolutionShape;

/**
 * A unit of ShuffleNet V2 (figures 3c and 3d of the paper) in numbers.
 *
 * @param name      such as {@code stage2.0}
 * @param inputs    channels in
 * @param outputs   channels out
 * @param stride    1, or 2 for a unit that halves its planes
 * @param projected outputs that do not come from the main branch: the projection's, or those that pass unchanged
 */
public record UnitShape(String name, int inputs, int outputs, int stride, int projected) {

    static UnitShape projecting(String name, int inputs, int outputs, int stride, BlockLayout layout) {
        return new UnitShape(name, inputs, outputs, stride, layout == BlockLayout.MEGVII ? inputs : outputs / 2);
    }

    static UnitShape basic(String name, int channels) {
        return new UnitShape(name, channels, channels, 1, channels / 2);
    }

    /** Its stage. */
    public NetworkPart part() {
        return NetworkPart.ofVertex(name).orElseThrow();
    }

    /** The units of all stages, in order; {@code stride} is that of the first stage, the others have 2. */
    static List<UnitShape> sequence(int inputs, List<ShuffleNetV2Variant.Stage> stages, int stride,
                                    BlockLayout layout) {
        List<UnitShape> units = new ArrayList<>();
        int channels = inputs;
        for (ShuffleNetV2Variant.Stage stage : stages) {
            for (int unit = 0; unit < stage.units(); unit++) {
                String name = stage.name() + "." + unit;
                units.add(unit > 0 ? basic(name, stage.channels())
                        : projecting(name, channels, stage.channels(), units.isEmpty() ? stride : 2, layout));
                channels = stage.channels();
            }
        }
        return units;
    }

    /** Whether this is the first unit of a stage, whose branches both see the whole input. */
    public boolean hasProjection() {
        return stride == 2 || inputs != outputs;
    }

    /** Branch 1, the projection of the first unit of a stage; empty otherwise. */
    public List<ConvolutionShape> projection() {
        return hasProjection() ? List.of(
                ConvolutionShape.depthwise(name + ShuffleNetV2Unit.BRANCH1_DEPTHWISE, inputs, stride),
                ConvolutionShape.pointwise(name + ShuffleNetV2Unit.BRANCH1_POINTWISE, inputs, projected)) : List.of();
    }

    /** Branch 2, the main branch: as wide as half of the unit's outputs between its convolutions. */
    public List<ConvolutionShape> mainBranch() {
        int middle = outputs / 2;
        return List.of(
                ConvolutionShape.pointwise(name + ShuffleNetV2Unit.BRANCH2_POINTWISE1,
                        hasProjection() ? inputs : inputs - projected, middle),
                ConvolutionShape.depthwise(name + ShuffleNetV2Unit.BRANCH2_DEPTHWISE, middle, stride),
                ConvolutionShape.pointwise(name + ShuffleNetV2Unit.BRANCH2_POINTWISE2, middle, outputs - projected));
    }
}
