package io.github.shufflenet4j.model.comparison;

import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * DenseNet (Huang, Liu, van der Maaten and Weinberger, 2017, arXiv 1608.06993; table 1): DenseNet-BC, whose dense
 * layers compute {@code growth} channels from the concatenation of all that were computed before them. Top-1 errors of
 * the large ones are the paper's (table 3), their counts torchvision's. Layers carry torchvision's names.
 *
 * <p>The small ones are reconstructions of those in the ShuffleNet V2 paper (table 8), which gives their multiply-adds
 * and says that their stages are those of its table 5, made of dense layers, but not their growth rates. Here they
 * have stages of 4, 8 and 4 dense layers behind a transition each, of which the first keeps its channels; a first
 * convolution of twice the growth rate, as in DenseNet-BC; table 5's last convolution; and the growth rate whose
 * multiply-adds are nearest to the printed ones, from which they differ by less than 3 %.
 */
public enum DenseNet implements Architecture {

    DENSENET_121("densenet_121", 32, new int[] {6, 12, 24, 16}, "8.0M", "2.83G", "25.02"),
    DENSENET_169("densenet_169", 32, new int[] {6, 12, 32, 32}, "14.1M", "3.36G", "23.80"),
    DENSENET_201("densenet_201", 32, new int[] {6, 12, 48, 32}, "20.0M", "4.29G", "22.58"),
    SMALL_42M("densenet_42m", 10, 1024, "42M", "58.6"),
    SMALL_142M("densenet_142m", 20, 1024, "142M", "45.2"),
    SMALL_295M("densenet_295m", 29, 1024, "295M", "39.9"),
    SMALL_519M("densenet_519m", 39, 2048, "519M", "34.6");

    /** Beginning of the name of a dense block; its number, from 1, follows. */
    public static final String BLOCK = "denseblock";
    /** Beginning of the name of a transition; its number follows. */
    public static final String TRANSITION = "transition";
    /** Between the name of a dense block and the number of a dense layer, from 1. */
    public static final String LAYER = ".denselayer";
    /** Name of the first convolution. */
    public static final String CONV0 = "conv0";
    /** Name of the last batch norm. */
    public static final String NORM5 = "norm5";
    /** Suffix of the name of a dense layer's first batch norm. */
    public static final String NORM1 = ".norm1";
    /** Suffix of the name of a dense layer's 1x1 convolution, with its batch norm. */
    public static final String CONV1 = ".conv1";
    /** Suffix of the name of a dense layer's 3x3 convolution. */
    public static final String CONV2 = ".conv2";
    /** Suffix of the name of a transition's batch norm. */
    public static final String NORM = ".norm";
    /** Suffix of the name of a transition's convolution. */
    public static final String CONV = ".conv";

    private static final int CONV0_KERNEL = 7;
    private static final int SMALL_CONV0_KERNEL = 3;
    /** Ratio of the channels inside a dense layer to its outputs. */
    private static final int BOTTLENECK = 4;
    /** Ratio of a transition's channels in to those out. */
    private static final int COMPRESSION = 2;

    private final int growth;
    private final int[] layers;
    /** Channels of a last convolution, which a small one has, or 0. */
    private final int lastChannels;
    private final NetworkTraits traits;

    DenseNet(String name, int growth, int[] layers, String parameters, String multiplyAdds, String top1Error) {
        this(name, growth, layers, 0, Published.of(parameters, multiplyAdds, top1Error,
                "DenseNet (arXiv 1608.06993); counts: torchvision"));
    }

    DenseNet(String name, int growth, int lastChannels, String multiplyAdds, String top1Error) {
        this(name, growth, new int[] {4, 8, 4}, lastChannels, Published.of(Published.NOT_GIVEN, multiplyAdds, top1Error,
                ShuffleNetV2Variant.PAPER + "; reconstruction: its growth rates are not published"));
    }

    DenseNet(String name, int growth, int[] layers, int lastChannels, Published published) {
        this.growth = growth;
        this.layers = layers;
        this.lastChannels = lastChannels;
        this.traits = NetworkTraits.of(name, published);
    }

    /** Channels that a dense layer adds. */
    public int growth() {
        return growth;
    }

    /** Dense layers of each dense block. */
    public List<Integer> layers() {
        return Arrays.stream(layers).boxed().toList();
    }

    /** Whether it is a reconstruction of one in the ShuffleNet V2 paper. */
    public boolean isReconstruction() {
        return lastChannels > 0;
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        int kernel = isReconstruction() ? SMALL_CONV0_KERNEL : CONV0_KERNEL;
        Node x = image.convolution(CONV0, 2 * growth, kernel, 2, Nonlinearity.RELU).maxPool("pool0");
        if (isReconstruction()) {
            x = transition(TRANSITION + 0, x, x.channels());
        }
        for (int block = 1; block <= layers.length; block++) {
            if (block > 1) {
                x = transition(TRANSITION + (block - 1), x, x.channels() / COMPRESSION);
            }
            for (int layer = 1; layer <= layers[block - 1]; layer++) {
                x = denseLayer(BLOCK + block + LAYER + layer, x);
            }
        }
        x = x.norm(NORM5, Nonlinearity.RELU);
        return isReconstruction() ? x.pointwise(ShuffleNetV2.CONV5, lastChannels, Nonlinearity.RELU) : x;
    }

    private Node denseLayer(String name, Node input) {
        Node added = input.norm(name + NORM1, Nonlinearity.RELU)
                .pointwise(name + CONV1, BOTTLENECK * growth, Nonlinearity.RELU)
                .plainConvolution(name + CONV2, growth, 3, 1);
        return input.shuffle(name, 1, added);
    }

    private static Node transition(String name, Node input, int outputs) {
        return input.norm(name + NORM, Nonlinearity.RELU)
                .plainConvolution(name + CONV, outputs, 1, 1)
                .averagePool(name, 2, 2);
    }
}
