package io.github.shufflenet4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * The widths of ShuffleNet V2: table 5 of the paper for x0.5 to x2.0; PaddleClas for x0.25 and x0.33.
 *
 * <p>A stage is one unit of stride 2 and some of stride 1; every width has the repeats 4, 8, 4. As an
 * {@link Architecture}, a width has the {@linkplain BlockLayout#TORCHVISION layout of torchvision}; the published
 * figures are the paper's (tables 5 and 8), whose multiply-adds are those of {@link BlockLayout#MEGVII}.
 */
public enum ShuffleNetV2Variant implements Architecture {

    X0_25(24, 24, 48, 96, 512, Published.of("-", "-", "50.1", "PaddleClas")),
    X0_33(24, 32, 64, 128, 512, Published.of("-", "-", "46.27", "PaddleClas")),
    X0_5(24, 48, 96, 192, 1024, Published.of("1.4M", "41M", "39.7", ShuffleNetV2Variant.PAPER)),
    X1_0(24, 116, 232, 464, 1024, Published.of("2.3M", "146M", "30.6", ShuffleNetV2Variant.PAPER)),
    X1_5(24, 176, 352, 704, 1024, Published.of("3.5M", "299M", "27.4", ShuffleNetV2Variant.PAPER)),
    X2_0(24, 244, 488, 976, 2048, Published.of("7.4M", "591M", "25.1", ShuffleNetV2Variant.PAPER));

    /** Citation of the paper as the source of figures. */
    public static final String PAPER = "ShuffleNet V2 (arXiv 1807.11164)";

    private static final double MEGVII_X2_0_DROPOUT = 0.2;

    private final int conv1Channels;
    private final List<Stage> stages;
    private final int conv5Channels;
    private final NetworkTraits traits;

    ShuffleNetV2Variant(int conv1, int stage2, int stage3, int stage4, int conv5, Published published) {
        this.conv1Channels = conv1;
        this.stages = List.of(
                new Stage("stage2", 4, stage2),
                new Stage("stage3", 8, stage3),
                new Stage("stage4", 4, stage4));
        this.conv5Channels = conv5;
        this.traits = NetworkTraits.of("shufflenet_v2", this, published);
    }

    /**
     * One stage.
     *
     * @param name     its name in the paper and in torchvision
     * @param units    number of units, the first of which has stride 2
     * @param channels output channels of every unit
     */
    public record Stage(String name, int units, int channels) {
    }

    /** Output channels of the first convolution. */
    public int conv1Channels() {
        return conv1Channels;
    }

    /** Stages 2 to 4. */
    public List<Stage> stages() {
        return stages;
    }

    /** Output channels of the last convolution, and inputs of the classifier. */
    public int conv5Channels() {
        return conv5Channels;
    }

    /** Channels of a part's output. */
    public int channels(NetworkPart part) {
        return switch (part) {
            case CONV1 -> conv1Channels;
            case CONV5 -> conv5Channels;
            default -> stages.get(part.ordinal() - NetworkPart.STAGE2.ordinal()).channels();
        };
    }

    /** Whether there is a network of this width and block layout. */
    public boolean supports(BlockLayout layout) {
        // The authors' first projection keeps its channels; the main branch gives the rest of the stage's channels.
        return layout != BlockLayout.MEGVII || stages.get(0).channels() > conv1Channels;
    }

    /**
     * This width in a block layout.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Architecture in(BlockLayout layout) {
        Validate.isTrue(supports(layout), "variant %s has no block layout %s: the projection of its first unit would"
                + " fill all %s channels", label(), layout, stages.get(0).channels());
        return new InLayout(this, layout);
    }

    private record InLayout(ShuffleNetV2Variant variant, BlockLayout layout) implements Architecture {

        @Override
        public NetworkTraits traits() {
            if (layout != BlockLayout.MEGVII) {
                return variant.traits;
            }
            return variant.traits.withoutClassifierBias().withDropout(variant == X2_0 ? MEGVII_X2_0_DROPOUT : 0);
        }

        @Override
        public Node features(Node image) {
            List<ConvolutionShape> convolutions = variant.convolutions(layout, image.channels());
            Node x = image.convolution(convolutions.get(0)).maxPool(ShuffleNetV2.MAXPOOL);
            ShuffleNetV2Unit form = new ShuffleNetV2Unit(layout);
            for (UnitShape unit : variant.units(layout)) {
                x = form.add(unit, x);
            }
            return x.convolution(convolutions.get(convolutions.size() - 1));
        }
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        return in(BlockLayout.TORCHVISION).features(image);
    }

    /** The units of all stages, in order. */
    public List<UnitShape> units(BlockLayout layout) {
        return UnitShape.sequence(conv1Channels, stages, 2, layout);
    }

    /**
     * All convolutions, in order.
     *
     * @param inputChannels channels of the images
     */
    public List<ConvolutionShape> convolutions(BlockLayout layout, int inputChannels) {
        List<ConvolutionShape> convolutions = new ArrayList<>();
        convolutions.add(ConvolutionShape.full(ShuffleNetV2.CONV1, inputChannels, conv1Channels, 3, 2));
        for (UnitShape unit : units(layout)) {
            convolutions.addAll(unit.projection());
            convolutions.addAll(unit.mainBranch());
        }
        int last = stages.get(stages.size() - 1).channels();
        convolutions.add(ConvolutionShape.pointwise(ShuffleNetV2.CONV5, last, conv5Channels));
        return convolutions;
    }

    /** The name in commands, files and torchvision, such as {@code x1_0}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The variant called {@code name}: {@code x1_0}, {@code x1.0} or {@code 1.0}, in any case.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static ShuffleNetV2Variant of(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('.', '_');
        String label = plain.startsWith("x") ? plain : "x" + plain;
        return Arrays.stream(values()).filter(variant -> variant.label().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown variant '" + name + "': choose one of "
                        + Arrays.stream(values()).map(ShuffleNetV2Variant::label).collect(Collectors.joining(", "))));
    }
}
