package io.github.shufflenet4j.model.comparison;

import java.util.List;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * MobileNetV2 (Sandler et al., 2018, arXiv 1801.04381; table 2): inverted residuals with linear bottlenecks, with its
 * width multipliers. Widths are rounded to multiples of 8, as in its authors' code.
 *
 * <p>Top-1 errors are those of the ShuffleNet V2 paper's own training (table 8), for its image sizes; counts are those
 * that its authors print with their code, where parameters leave out batch norm's. They have no x0.4.
 */
public enum MobileNetV2 implements Architecture {

    X0_4(0.4, 160, "-", "-", "43.4"),
    X0_75(0.75, 192, "2.61M", "153M", "32.1"),
    X1_0(1.0, 224, "3.47M", "300M", "28.3"),
    X1_4(1.4, 224, "6.06M", "582M", "26.7");

    private record Stage(int expansion, int channels, int blocks, int stride) {
    }

    private static final List<Stage> STAGES = List.of(new Stage(1, 16, 1, 1), new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2), new Stage(6, 64, 4, 2), new Stage(6, 96, 3, 1), new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));
    private static final int CONV1_CHANNELS = 32;
    private static final int LAST_CHANNELS = 1280;
    private static final int MULTIPLE = 8;
    private static final double MIN_SHARE = 0.9;
    private static final double DROPOUT = 0.2;

    private final double width;
    private final NetworkTraits traits;

    MobileNetV2(double width, int imageSize, String parameters, String multiplyAdds, String top1Error) {
        this.width = width;
        this.traits = NetworkTraits.of("mobilenet_v2", this,
                Published.of(parameters, multiplyAdds, top1Error, "MobileNetV2 (arXiv 1801.04381)"))
                .withImageSize(imageSize).withDropout(DROPOUT);
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        Node x = image.convolution("conv1", scaled(CONV1_CHANNELS), 3, 2, Nonlinearity.RELU6);
        for (int stage = 0; stage < STAGES.size(); stage++) {
            Stage form = STAGES.get(stage);
            for (int block = 0; block < form.blocks(); block++) {
                x = block("stage" + (stage + 1) + "." + block, x, form, block == 0 ? form.stride() : 1);
            }
        }
        // The last convolution is never narrower than at full width.
        return x.pointwise("conv2", Math.max(LAST_CHANNELS, scaled(LAST_CHANNELS)), Nonlinearity.RELU6);
    }

    private Node block(String name, Node input, Stage form, int stride) {
        int outputs = scaled(form.channels());
        boolean residual = stride == 1 && outputs == input.channels();
        Node x = form.expansion() == 1 ? input
                : input.pointwise(name + ".expand", form.expansion() * input.channels(), Nonlinearity.RELU6);
        x = x.depthwise(name + ".depthwise", 3, stride, Nonlinearity.RELU6)
                .pointwise(residual ? name + ".project" : name, outputs, Nonlinearity.IDENTITY);
        return residual ? x.add(name, input) : x;
    }

    private int scaled(int channels) {
        double exact = channels * width;
        int nearest = Math.max(MULTIPLE, (int) (exact + MULTIPLE / 2.0) / MULTIPLE * MULTIPLE);
        return nearest < MIN_SHARE * exact ? nearest + MULTIPLE : nearest;
    }
}
