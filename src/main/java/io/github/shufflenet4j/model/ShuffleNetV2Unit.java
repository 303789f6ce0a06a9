package io.github.shufflenet4j.model;

import java.util.List;

import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.SqueezeExcitation;

/**
 * The unit of ShuffleNet V2 (figures 3c and 3d of the paper) and its variants. A unit called {@code stage2.1} ends in a
 * vertex of that name; its layers are {@code stage2.1.branch2.pointwise1} and so on, with torchvision's branches:
 * {@code branch1} is the projection of a stage's first unit, {@code branch2} the main branch.
 */
public final class ShuffleNetV2Unit {

    /** Suffix of the name of the projection's depthwise convolution. */
    public static final String BRANCH1_DEPTHWISE = ".branch1.depthwise";
    /** Suffix of the name of the projection's pointwise convolution. */
    public static final String BRANCH1_POINTWISE = ".branch1.pointwise";
    /** Suffix of the name of the main branch's first pointwise convolution. */
    public static final String BRANCH2_POINTWISE1 = ".branch2.pointwise1";
    /** Suffix of the name of the main branch's depthwise convolution. */
    public static final String BRANCH2_DEPTHWISE = ".branch2.depthwise";
    /** Suffix of the name of the main branch's second pointwise convolution. */
    public static final String BRANCH2_POINTWISE2 = ".branch2.pointwise2";

    private static final String RECEPTIVE_FIELD = ".branch2.depthwise0";
    private static final String SQUEEZE_EXCITATION = ".branch2.se";
    private static final String SUM = ".branch2.sum";
    private static final String LAST = ".branch2";

    private static final int BRANCHES = 2;

    private final BlockLayout layout;
    private final boolean receptiveField;
    private final SqueezeExcitation squeezeExcitation;
    private final boolean residual;

    /**
     * A variant of the unit.
     *
     * @param receptiveField    whether a 3x3 depthwise convolution is in front of the main branch: ShuffleNet v2*
     *                          (section 4, object detection)
     * @param squeezeExcitation behind the main branch (appendix, figure 1b); null for none
     * @param residual          whether the main branch's input is added to its output, in units that split (appendix,
     *                          figures 1a and 1c)
     */
    ShuffleNetV2Unit(BlockLayout layout, boolean receptiveField, SqueezeExcitation squeezeExcitation,
                     boolean residual) {
        this.layout = layout;
        this.receptiveField = receptiveField;
        this.squeezeExcitation = squeezeExcitation;
        this.residual = residual;
    }

    ShuffleNetV2Unit(BlockLayout layout) {
        this(layout, false, null, false);
    }

    /**
     * Puts a unit behind {@code input}.
     *
     * <p>The first of a stage, figure 3d: both branches take the whole input. The others, figure 3c: some channels pass
     * unchanged.
     */
    Node add(UnitShape unit, Node input) {
        String name = unit.name();
        Node other;
        Node main;
        if (unit.hasProjection()) {
            other = chain(unit.projection(), input);
            main = input;
        } else {
            // The authors move even channels to the front, odd ones to the back: the inverse of a shuffle in 2 groups.
            Node source = layout == BlockLayout.MEGVII ? input.shuffle(name + ".deal", unit.projected()) : input;
            other = source.split(name + ".identity", 0, unit.projected());
            main = source.split(name + ".main", unit.projected(), unit.inputs());
        }
        int groups = layout == BlockLayout.MEGVII ? 1 : BRANCHES;
        return other.shuffle(name, groups, mainBranch(unit, main));
    }

    private Node mainBranch(UnitShape unit, Node input) {
        String name = unit.name();
        boolean sum = residual && !unit.hasProjection();
        Node x = receptiveField ? input.depthwise(name + RECEPTIVE_FIELD, 3, 1, Nonlinearity.IDENTITY) : input;
        List<ConvolutionShape> branch = unit.mainBranch();
        int last = branch.size() - 1;
        x = chain(branch.subList(0, last), x);
        x = x.convolution(sum ? branch.get(last).linear() : branch.get(last));
        if (squeezeExcitation != null) {
            x = x.excite(name + SQUEEZE_EXCITATION, squeezeExcitation);
        }
        return sum ? x.add(name + SUM, input).activation(name + LAST, Nonlinearity.RELU) : x;
    }

    private static Node chain(List<ConvolutionShape> branch, Node input) {
        Node x = input;
        for (ConvolutionShape convolution : branch) {
            x = x.convolution(convolution);
        }
        return x;
    }
}
