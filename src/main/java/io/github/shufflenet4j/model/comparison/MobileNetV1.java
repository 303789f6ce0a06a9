package io.github.shufflenet4j.model.comparison;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * MobileNet (Howard et al., 2017, arXiv 1704.04861; table 1): depthwise separable convolutions one behind the other,
 * with its width multipliers. Top-1 errors as in the ShuffleNet V2 paper, table 8.
 */
public enum MobileNetV1 implements Architecture {

    X0_25(0.25, "0.5M", "41M", "49.4"),
    X0_5(0.5, "1.3M", "149M", "36.3"),
    X0_75(0.75, "2.6M", "325M", "31.6"),
    X1_0(1.0, "4.2M", "569M", "29.4");

    /** Outputs of the blocks, at full width. */
    private static final int[] CHANNELS = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    private static final int[] STRIDES = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
    private static final int CONV1_CHANNELS = 32;

    private final double width;
    private final NetworkTraits traits;

    MobileNetV1(double width, String parameters, String multiplyAdds, String top1Error) {
        this.width = width;
        this.traits = NetworkTraits.of("mobilenet_v1", this,
                Published.of(parameters, multiplyAdds, top1Error, "MobileNets (arXiv 1704.04861)"));
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        Node x = image.convolution("conv1", scaled(CONV1_CHANNELS), 3, 2, Nonlinearity.RELU);
        for (int block = 0; block < CHANNELS.length; block++) {
            String name = "block" + (block + 1);
            x = x.depthwise(name + ".depthwise", 3, STRIDES[block], Nonlinearity.RELU)
                    .pointwise(name, scaled(CHANNELS[block]), Nonlinearity.RELU);
        }
        return x;
    }

    private int scaled(int channels) {
        return (int) (channels * width);
    }
}
