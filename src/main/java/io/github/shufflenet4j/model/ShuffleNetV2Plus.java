package io.github.shufflenet4j.model;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;
import io.github.shufflenet4j.model.architecture.SqueezeExcitation;

/**
 * ShuffleNet V2+ of the paper's authors (megvii-model/ShuffleNet-Series): units of kernels of several sizes, some with
 * three depthwise convolutions as in Xception, with hard swish and squeeze and excitation from the middle on, and a
 * wider head. Figures are those printed with their code.
 */
public enum ShuffleNetV2Plus implements Architecture {

    SMALL(new int[] {36, 104, 208, 416}, "5.1M", "156M", "25.9"),
    MEDIUM(new int[] {48, 128, 256, 512}, "5.6M", "222M", "24.3"),
    LARGE(new int[] {68, 168, 336, 672}, "6.7M", "360M", "22.9");

    /**
     * In place of a kernel's size: three depthwise convolutions of 3x3, each with a pointwise one behind it. No stage
     * begins with it.
     */
    private static final int XCEPTION = 0;
    private static final int[][] KERNELS = {
        {3, 3, XCEPTION, 5}, {5, 5, 3, 3}, {7, 3, 7, 5, 5, 3, 7, 3}, {7, 5, XCEPTION, 7}};
    private static final int FIRST_STAGE_WITH_HARD_SWISH = 1;
    private static final int FIRST_STAGE_WITH_EXCITATION = 2;
    private static final SqueezeExcitation EXCITATION = SqueezeExcitation.hard(4);
    private static final int CONV1_CHANNELS = 16;
    private static final int HEAD_CHANNELS = 1280;
    private static final double DROPOUT = 0.2;

    private final int[] stageChannels;
    private final NetworkTraits traits;

    ShuffleNetV2Plus(int[] stageChannels, String parameters, String multiplyAdds, String top1Error) {
        this.stageChannels = stageChannels;
        this.traits = NetworkTraits.of("shufflenet_v2_plus", this,
                Published.of(parameters, multiplyAdds, top1Error, "megvii-model/ShuffleNet-Series"))
                .withoutClassifierBias().withDropout(DROPOUT);
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        Node x = image.convolution(ShuffleNetV2.CONV1, CONV1_CHANNELS, 3, 2, Nonlinearity.HARD_SWISH);
        for (int stage = 0; stage < KERNELS.length; stage++) {
            Nonlinearity activation =
                    stage < FIRST_STAGE_WITH_HARD_SWISH ? Nonlinearity.RELU : Nonlinearity.HARD_SWISH;
            for (int unit = 0; unit < KERNELS[stage].length; unit++) {
                Unit form = new Unit("stage" + (stage + 1) + "." + unit, stageChannels[stage],
                        KERNELS[stage][unit], activation, stage >= FIRST_STAGE_WITH_EXCITATION);
                x = unit == 0 ? form.first(x) : form.basic(x);
            }
        }
        return x.pointwise(ShuffleNetV2.CONV5, HEAD_CHANNELS, Nonlinearity.HARD_SWISH)
                .globalPool(ImageModel.POOL)
                .excite("head.se", EXCITATION)
                .dense("head", HEAD_CHANNELS, Nonlinearity.HARD_SWISH, false);
    }

    private record Unit(String name, int outputs, int kernel, Nonlinearity activation, boolean excited) {

        /** Of stride 2: the projection keeps its channels, and the main branch gives the rest. */
        Node first(Node input) {
            Node projection = input.depthwise(name + ".branch1.depthwise", kernel, 2, Nonlinearity.IDENTITY)
                    .pointwise(name + ".branch1.pointwise", input.channels(), activation);
            return projection.shuffle(name, 1, main(input, 2, outputs - input.channels()));
        }

        /** Of stride 1: even channels pass unchanged. */
        Node basic(Node input) {
            int half = outputs / 2;
            Node dealt = input.shuffle(name + ".deal", half);
            return dealt.split(name + ".identity", 0, half)
                    .shuffle(name, 1, main(dealt.split(name + ".main", half, outputs), 1, half));
        }

        private Node main(Node input, int stride, int channels) {
            Node x = kernel == XCEPTION ? xception(input, channels)
                    : input.pointwise(name + ".branch2.pointwise1", outputs / 2, activation)
                            .depthwise(name + ".branch2.depthwise", kernel, stride, Nonlinearity.IDENTITY)
                            .pointwise(name + ".branch2.pointwise2", channels, activation);
            return excited ? x.excite(name + ".branch2.se", EXCITATION) : x;
        }

        private Node xception(Node input, int channels) {
            int[] widths = {outputs / 2, outputs / 2, channels};
            Node x = input;
            for (int i = 0; i < widths.length; i++) {
                x = x.depthwise(name + ".branch2.depthwise" + (i + 1), 3, 1, Nonlinearity.IDENTITY)
                        .pointwise(name + ".branch2.pointwise" + (i + 1), widths[i], activation);
            }
            return x;
        }
    }
}
