package io.github.shufflenet4j.model;

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

    private static final int KERNEL_SIZE = 3;
    private static final int BRANCHES = 2;

    private final GraphBuilder graph;
    private final BlockLayout blockLayout;
    private final CNN2DFormat format;

    ShuffleNetV2Unit(GraphBuilder graph, BlockLayout blockLayout, CNN2DFormat format) {
        this.graph = graph;
        this.blockLayout = blockLayout;
        this.format = format;
    }

    /** Figure 3d: no split, both branches see the whole input and halve its planes. */
    void addDownsampling(String name, String input, int inputChannels, int outputChannels) {
        int middle = outputChannels / BRANCHES;
        int projected = blockLayout == BlockLayout.MEGVII ? inputChannels : middle;
        depthwise(name + BRANCH1_DEPTHWISE, input, inputChannels, 2);
        pointwise(name + BRANCH1_POINTWISE, name + BRANCH1_DEPTHWISE, projected);
        mainBranch(name, input, middle, 2, outputChannels - projected);
        join(name, name + BRANCH1_POINTWISE);
    }

    /** Figure 3c: half of the channels pass unchanged. */
    void addBasic(String name, String input, int channels) {
        int half = channels / BRANCHES;
        String source = input;
        if (blockLayout == BlockLayout.MEGVII) {
            // Even channels to the front, odd ones to the back: the inverse of a shuffle with two groups.
            source = name + ".deal";
            graph.addVertex(source, new ChannelShuffleVertex(half, format), input);
        }
        String identity = name + ".identity";
        String main = name + ".main";
        graph.addVertex(identity, new ChannelSplitVertex(0, half, format), source);
        graph.addVertex(main, new ChannelSplitVertex(half, channels, format), source);
        mainBranch(name, main, half, 1, half);
        join(name, identity);
    }

    private void mainBranch(String name, String input, int middle, int stride, int outputs) {
        pointwise(name + BRANCH2_POINTWISE1, input, middle);
        depthwise(name + BRANCH2_DEPTHWISE, name + BRANCH2_POINTWISE1, middle, stride);
        pointwise(name + BRANCH2_POINTWISE2, name + BRANCH2_DEPTHWISE, outputs);
    }

    private void join(String name, String branch1) {
        int groups = blockLayout == BlockLayout.MEGVII ? 1 : BRANCHES;
        graph.addVertex(name, new ChannelShuffleVertex(groups, format), branch1, name + BRANCH2_POINTWISE2);
    }

    private void pointwise(String name, String input, int outputs) {
        graph.addLayer(name, new ConvNormActivation.Builder(1).nOut(outputs).dataFormat(format).build(), input);
    }

    private void depthwise(String name, String input, int channels, int stride) {
        graph.addLayer(name, new ConvNormActivation.Builder(KERNEL_SIZE).nOut(channels).groups(channels).stride(stride)
                .activation(Activation.IDENTITY).dataFormat(format).build(), input);
    }
}
