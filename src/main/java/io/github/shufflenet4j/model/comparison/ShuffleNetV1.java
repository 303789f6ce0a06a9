package io.github.shufflenet4j.model.comparison;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * ShuffleNet (Zhang, Zhou, Lin and Sun, 2017, arXiv 1707.01083), which the ShuffleNet V2 paper calls v1: widths by
 * number of groups (table 1 there) and by scale, as in the authors' code.
 *
 * <p>Published counts at x1.0 are the paper's, the others and all numbers of parameters the authors' code's. Top-1
 * errors of three groups are those of the ShuffleNet V2 paper (table 8), those of eight groups the authors' code's, the
 * others the paper's (table 2). With four groups, table 1 prints 133M multiply-adds for widths that make 134.3M.
 *
 * <p>With one group there is nothing to shuffle, and the unit becomes what its authors call Xception-like.
 */
public enum ShuffleNetV1 implements Architecture {

    G1_X1_0(1, 24, 144, "-", "143M", "33.6"),
    G2_X1_0(2, 24, 200, "-", "140M", "32.7"),
    G3_X0_5(3, 12, 120, "0.7M", "38M", "43.2"),
    G3_X1_0(3, 24, 240, "1.9M", "137M", "32.6"),
    G3_X1_5(3, 24, 360, "3.4M", "292M", "28.5"),
    G3_X2_0(3, 48, 480, "5.4M", "524M", "26.3"),
    G4_X1_0(4, 24, 272, "-", "133M", "32.8"),
    G8_X0_5(8, 16, 192, "1.0M", "40M", "41.2"),
    G8_X1_0(8, 24, 384, "2.4M", "138M", "32.0"),
    G8_X1_5(8, 24, 576, "4.3M", "290M", "29.0"),
    G8_X2_0(8, 48, 768, "6.5M", "522M", "27.1");

    private static final int[] UNITS = {4, 8, 4};
    /** Ratio of a unit's output channels to those inside. */
    private static final int BOTTLENECK = 4;

    private final int groups;
    private final int conv1Channels;
    private final int stage2Channels;
    private final NetworkTraits traits;

    ShuffleNetV1(int groups, int conv1Channels, int stage2Channels, String parameters, String multiplyAdds,
                 String top1Error) {
        this.groups = groups;
        this.conv1Channels = conv1Channels;
        this.stage2Channels = stage2Channels;
        this.traits = NetworkTraits.of("shufflenet_v1", this,
                Published.of(parameters, multiplyAdds, top1Error, "ShuffleNet (arXiv 1707.01083)"))
                .withoutClassifierBias(); // as in the authors' code
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        return features(image, conv1Channels, stage2Channels, groups);
    }

    /** Conv1, max pooling, and stages 2 to 4 of 4, 8 and 4 units, each twice as wide as the one before. */
    static Node features(Node image, int conv1Channels, int stage2Channels, int groups) {
        Node x = image.convolution("conv1", conv1Channels, 3, 2, Nonlinearity.RELU).maxPool("maxpool");
        int channels = stage2Channels;
        for (int stage = 0; stage < UNITS.length; stage++) {
            for (int unit = 0; unit < UNITS[stage]; unit++) {
                // The first pointwise convolution has too few inputs to be divided (section 3.2).
                boolean first = stage == 0 && unit == 0;
                x = unit("stage" + (stage + 2) + "." + unit, x, channels, unit == 0 ? 2 : 1,
                        first ? 1 : groups, groups);
            }
            channels *= 2;
        }
        return x;
    }

    /** Figures 2b and 2c: bottleneck with a shuffle, added to its input, or joined with its average at stride 2. */
    private static Node unit(String name, Node input, int outputs, int stride, int firstGroups, int groups) {
        boolean halves = stride == 2;
        Node main = input.grouped(name + ".compress", outputs / BOTTLENECK, 1, 1, firstGroups, Nonlinearity.RELU);
        if (groups > 1) {
            main = main.shuffle(name + ".shuffle", groups);
        }
        main = main.depthwise(name + ".depthwise", 3, stride, Nonlinearity.IDENTITY)
                .grouped(name + ".expand", halves ? outputs - input.channels() : outputs, 1, 1, groups,
                        halves ? Nonlinearity.RELU : Nonlinearity.IDENTITY);
        return halves ? input.averagePool(name + ".average", 3, 2).shuffle(name, 1, main)
                : main.add(name + ".sum", input).activation(name, Nonlinearity.RELU);
    }
}
