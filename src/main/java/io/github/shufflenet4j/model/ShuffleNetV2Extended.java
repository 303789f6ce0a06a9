package io.github.shufflenet4j.model;

import java.util.List;
import java.util.stream.IntStream;

import io.github.shufflenet4j.model.ShuffleNetV2Variant.Stage;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;
import io.github.shufflenet4j.model.architecture.SqueezeExcitation;

/**
 * The paper's other ShuffleNets V2, all in {@link BlockLayout#MEGVII}: with squeeze and excitation (section 4), with a
 * wider receptive field for object detection (v2*, section 4, table 7), with a residual path, and the large ones of
 * the appendix.
 *
 * <p>The paper leaves open how wide squeeze and excitation is inside. Here it is as wide as its input, as in the
 * authors' code for large networks; that makes 594M multiply-adds at x2.0, where 597M are printed, and 12.6G in
 * v2-164, where 12.7G are. Where no figures are given, the paper has none, or none for ImageNet.
 */
public enum ShuffleNetV2Extended implements Architecture {

    SE_X0_5(ShuffleNetV2Variant.X0_5, Form.SE, "-", "-"),
    SE_X2_0(ShuffleNetV2Variant.X2_0, Form.SE, "597M", "24.6"),
    RESIDUAL_X0_5(ShuffleNetV2Variant.X0_5, Form.RESIDUAL, "-", "-"),
    STAR_X0_5(ShuffleNetV2Variant.X0_5, Form.STAR, "-", "-"),
    STAR_X1_0(ShuffleNetV2Variant.X1_0, Form.STAR, "-", "-"),
    STAR_X1_5(ShuffleNetV2Variant.X1_5, Form.STAR, "-", "-"),
    STAR_X2_0(ShuffleNetV2Variant.X2_0, Form.STAR, "-", "-"),
    /** ShuffleNet v2-50: as many layers as ResNet-50. */
    LAYERS_50(List.of(64), stages(new int[] {3, 4, 6, 3}, 244), Form.PLAIN, "2.3G", "22.8"),
    /** SE-ShuffleNet v2-164: squeeze and excitation, and a residual path that lets so many layers converge. */
    SE_LAYERS_164(List.of(64, 64, 128), stages(new int[] {10, 10, 23, 10}, 340), Form.SE_RESIDUAL, "12.7G", "18.56");

    private enum Form {
        PLAIN(false, null, false),
        SE(false, SqueezeExcitation.plain(1), false),
        RESIDUAL(false, null, true),
        SE_RESIDUAL(false, SqueezeExcitation.plain(1), true),
        STAR(true, null, false);

        private final ShuffleNetV2Unit unit;

        Form(boolean receptiveField, SqueezeExcitation squeezeExcitation, boolean residual) {
            this.unit = new ShuffleNetV2Unit(BlockLayout.MEGVII, receptiveField, squeezeExcitation, residual);
        }
    }

    private static final int LARGE_LAST_CHANNELS = 2048;

    private final List<Integer> stem;
    private final List<Stage> stages;
    private final int firstStride;
    private final String last;
    private final int lastChannels;
    private final Form form;
    private final NetworkTraits traits;

    ShuffleNetV2Extended(ShuffleNetV2Variant width, Form form, String multiplyAdds, String top1Error) {
        this(List.of(width.conv1Channels()), width.stages(), 2, ShuffleNetV2.CONV5, width.conv5Channels(), form,
                multiplyAdds, top1Error);
    }

    /** The large ones have a stage more, which does not halve its planes. */
    ShuffleNetV2Extended(List<Integer> stem, List<Stage> stages, Form form, String multiplyAdds, String top1Error) {
        this(stem, stages, 1, "conv6", LARGE_LAST_CHANNELS, form, multiplyAdds, top1Error);
    }

    ShuffleNetV2Extended(List<Integer> stem, List<Stage> stages, int firstStride, String last, int lastChannels,
                         Form form, String multiplyAdds, String top1Error) {
        this.stem = stem;
        this.stages = stages;
        this.firstStride = firstStride;
        this.last = last;
        this.lastChannels = lastChannels;
        this.form = form;
        this.traits = NetworkTraits.of("shufflenet_v2", this,
                Published.of(Published.NOT_GIVEN, multiplyAdds, top1Error, ShuffleNetV2Variant.PAPER))
                .withoutClassifierBias();
    }

    /** Stages from stage 2 on, each twice as wide as the one before. */
    private static List<Stage> stages(int[] units, int channels) {
        return IntStream.range(0, units.length)
                .mapToObj(i -> new Stage("stage" + (i + 2), units[i], channels << i)).toList();
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        Node x = image;
        for (int i = 0; i < stem.size(); i++) {
            String name = i == 0 ? ShuffleNetV2.CONV1 : ShuffleNetV2.CONV1 + "." + i;
            x = x.convolution(name, stem.get(i), 3, i == 0 ? 2 : 1, Nonlinearity.RELU);
        }
        x = x.maxPool(ShuffleNetV2.MAXPOOL);
        for (UnitShape shape : UnitShape.sequence(x.channels(), stages, firstStride, BlockLayout.MEGVII)) {
            x = form.unit.add(shape, x);
        }
        return x.pointwise(last, lastChannels, Nonlinearity.RELU);
    }
}
