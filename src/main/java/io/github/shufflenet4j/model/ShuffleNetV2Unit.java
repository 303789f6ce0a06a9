package io.github.shufflenet4j.model;

import java.util.List;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.nd4j.linalg.activations.Activation;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;

/**
 * Adds the units of ShuffleNet V2 (figures 3c and 3d of the paper) to a graph. A unit called {@code stage2.1} ends in
 * a vertex of that name; its layers are {@code stage2.1.branch2.pointwise1} and so on, with torchvision's branches:
 * {@code branch1} is the projection of a unit of stride 2, {@code branch2} the main branch.
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

    private static final int BRANCHES = 2;

    private final GraphBuilder graph;
    private final BlockLayout blockLayout;
    private final CNN2DFormat format;
    private final double normL2;

    ShuffleNetV2Unit(GraphBuilder graph, BlockLayout blockLayout, CNN2DFormat format, double normL2) {
        this.normL2 = normL2;
        this.graph = graph;
        this.blockLayout = blockLayout;
        this.format = format;
    }

    /**
     * Adds a unit whose input is a vertex.
     *
     * <p>Stride 2, figure 3d: no split, both branches see the whole input. Stride 1, figure 3c: some channels pass
     * unchanged.
     */
    void add(UnitShape unit, String input) {
        String name = unit.name();
        String other;
        String main;
        if (unit.isDownsampling()) {
            other = add(unit.projection(), input);
            main = input;
        } else {
            String source = input;
            if (blockLayout == BlockLayout.MEGVII) {
                // Even channels to the front, odd ones to the back: the inverse of a shuffle with two groups.
                source = name + ".deal";
                graph.addVertex(source, new ChannelShuffleVertex(unit.projected(), format), input);
            }
            other = name + ".identity";
            main = name + ".main";
            graph.addVertex(other, new ChannelSplitVertex(0, unit.projected(), format), source);
            graph.addVertex(main, new ChannelSplitVertex(unit.projected(), unit.inputs(), format), source);
        }
        int groups = blockLayout == BlockLayout.MEGVII ? 1 : BRANCHES;
        graph.addVertex(name, new ChannelShuffleVertex(groups, format), other, add(unit.mainBranch(), main));
    }

    /** Adds convolutions one behind the other, and gives the name of the last. */
    private String add(List<ConvolutionShape> branch, String input) {
        String previous = input;
        for (ConvolutionShape convolution : branch) {
            graph.addLayer(convolution.layer(), layer(convolution, normL2).dataFormat(format).build(), previous);
            previous = convolution.layer();
        }
        return previous;
    }

    static ConvNormActivation.Builder layer(ConvolutionShape shape, double normL2) {
        return new ConvNormActivation.Builder(shape.kernel()).nOut(shape.outputs()).stride(shape.stride())
                .l2Bias(normL2).groups(shape.groups()).activation(shape.relu() ? Activation.RELU : Activation.IDENTITY);
    }
}
