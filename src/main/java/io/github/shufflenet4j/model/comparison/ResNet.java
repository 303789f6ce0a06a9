package io.github.shufflenet4j.model.comparison;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * ResNet-50 (He, Zhang, Ren and Sun, 2015, arXiv 1512.03385; table 1): the stride is that of a block's first
 * convolution, as in that paper. Top-1 error as in the ShuffleNet V2 paper, table 6.
 */
public enum ResNet implements Architecture {

    RESNET_50(3, 4, 6, 3);

    private static final int CONV1_CHANNELS = 64;
    private static final int CONV1_KERNEL = 7;
    /** Ratio of a block's output channels to those inside. */
    private static final int EXPANSION = 4;

    private final int[] blocks;

    ResNet(int... blocks) {
        this.blocks = blocks;
    }

    @Override
    public NetworkTraits traits() {
        return NetworkTraits.of("resnet_50", Published.of("25.6M", "3.8G", "24.0", "ResNet (arXiv 1512.03385)"));
    }

    @Override
    public Node features(Node image) {
        Node x = image.convolution("conv1", CONV1_CHANNELS, CONV1_KERNEL, 2, Nonlinearity.RELU).maxPool("maxpool");
        for (int stage = 0; stage < blocks.length; stage++) {
            for (int block = 0; block < blocks[stage]; block++) {
                x = block("stage" + (stage + 2) + "." + block, x, CONV1_CHANNELS << stage,
                        stage > 0 && block == 0 ? 2 : 1);
            }
        }
        return x;
    }

    private static Node block(String name, Node input, int width, int stride) {
        int outputs = EXPANSION * width;
        Node main = input.convolution(name + ".reduce", width, 1, stride, Nonlinearity.RELU)
                .convolution(name + ".conv", width, 3, 1, Nonlinearity.RELU)
                .pointwise(name + ".expand", outputs, Nonlinearity.IDENTITY);
        Node shortcut = input.channels() == outputs ? input
                : input.convolution(name + ".shortcut", outputs, 1, stride, Nonlinearity.IDENTITY);
        return main.add(name + ".sum", shortcut).activation(name, Nonlinearity.RELU);
    }
}
