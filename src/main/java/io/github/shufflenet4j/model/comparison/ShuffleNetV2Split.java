package io.github.shufflenet4j.model.comparison;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Unit;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * ShuffleNet V2 x0.5 with units that let another share of their channels pass than half: an ablation of the channel
 * split, on which feature reuse depends (section 3 of the ShuffleNet V2 paper). Not published; {@link #HALF} is x0.5
 * itself, in torchvision's layout.
 *
 * <p>The main branch is as wide as its output, and in a stage's first unit the projection gives as many channels as
 * pass in the others. Without a split, units are their main branch alone. All have nearly x0.5's multiply-adds: stage
 * 2 has the multiple of 4 channels, or without a split the number, that comes nearest to them, and each later stage
 * twice as many as the one before. They differ by less than 3 %.
 */
public enum ShuffleNetV2Split implements Architecture {

    NONE(0, 29),
    QUARTER(1, 36),
    HALF(2, 48),
    THREE_QUARTERS(3, 68);

    private static final int CONV1_CHANNELS = 24;
    private static final int[] UNITS = {4, 8, 4};
    private static final int CONV5_CHANNELS = 1024;
    private static final int QUARTERS = 4;

    private final int quarters;
    private final int stage2Channels;

    ShuffleNetV2Split(int quarters, int stage2Channels) {
        this.quarters = quarters;
        this.stage2Channels = stage2Channels;
    }

    /** The share of channels that a unit lets pass. */
    public double share() {
        return (double) quarters / QUARTERS;
    }

    /** Channels of stage 2; each later stage has twice as many as the one before. */
    public int stage2Channels() {
        return stage2Channels;
    }

    @Override
    public NetworkTraits traits() {
        return NetworkTraits.of("shufflenet_v2_split", this, Published.of("-", "-", "-",
                "none: an ablation at x0.5's multiply-adds"));
    }

    @Override
    public Node features(Node image) {
        Node x = image.convolution(ShuffleNetV2.CONV1, CONV1_CHANNELS, 3, 2, Nonlinearity.RELU)
                .maxPool(ShuffleNetV2.MAXPOOL);
        for (int stage = 0; stage < UNITS.length; stage++) {
            int channels = stage2Channels << stage;
            for (int unit = 0; unit < UNITS[stage]; unit++) {
                x = unit("stage" + (stage + 2) + "." + unit, x, channels, unit == 0);
            }
        }
        return x.pointwise(ShuffleNetV2.CONV5, CONV5_CHANNELS, Nonlinearity.RELU);
    }

    private Node unit(String name, Node input, int channels, boolean first) {
        int passed = channels * quarters / QUARTERS;
        if (passed == 0) {
            return mainBranch(name, name, input, channels, first);
        }
        Node other = first ? input.depthwise(name + ShuffleNetV2Unit.BRANCH1_DEPTHWISE, 3, 2, Nonlinearity.IDENTITY)
                .pointwise(name + ShuffleNetV2Unit.BRANCH1_POINTWISE, passed, Nonlinearity.RELU)
                : input.split(name + ".identity", 0, passed);
        Node main = first ? input : input.split(name + ".main", passed, channels);
        // As many groups as let the same share of each part pass in the next unit.
        int groups = passed * 2 == channels ? 2 : QUARTERS;
        return other.shuffle(name, groups,
                mainBranch(name, name + ShuffleNetV2Unit.BRANCH2_POINTWISE2, main, channels - passed, first));
    }

    private static Node mainBranch(String name, String last, Node input, int outputs, boolean first) {
        return input.pointwise(name + ShuffleNetV2Unit.BRANCH2_POINTWISE1, outputs, Nonlinearity.RELU)
                .depthwise(name + ShuffleNetV2Unit.BRANCH2_DEPTHWISE, 3, first ? 2 : 1, Nonlinearity.IDENTITY)
                .pointwise(last, outputs, Nonlinearity.RELU);
    }
}
