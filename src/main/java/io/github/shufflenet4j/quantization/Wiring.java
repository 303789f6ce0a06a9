package io.github.shufflenet4j.quantization;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.UnitShape;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;

/**
 * How the layers of a ShuffleNet V2 are connected, channel by channel, whatever a channel is: a plane of floats, a
 * plane of integers, a name in a graph. Split, concatenation and shuffle only reorder lists of channels.
 */
final class Wiring {

    private final ShuffleNetV2Variant variant;
    private final BlockLayout layout;
    private final int inputChannels;

    Wiring(ShuffleNetV2Variant variant, BlockLayout layout, int inputChannels) {
        this.variant = variant;
        this.layout = layout;
        this.inputChannels = inputChannels;
    }

    /** What the layers do to channels. */
    interface Arithmetic<C> {

        /** A convolution, with ReLU if its shape says so. */
        List<C> convolution(ConvolutionShape shape, List<C> inputs);

        List<C> maxPool(List<C> inputs);

        /** The branches of a unit, one behind the other; the shuffle is not done yet. */
        default List<C> join(String unit, List<C> first, List<C> second) {
            List<C> joined = new ArrayList<>(first);
            joined.addAll(second);
            return joined;
        }

        /** Global average pooling and the classifier. */
        void head(List<C> inputs);
    }

    /** Runs all layers. */
    <C> void run(List<C> image, Arithmetic<C> arithmetic) {
        Iterator<ConvolutionShape> shapes = shapes().iterator();
        List<C> x = arithmetic.maxPool(arithmetic.convolution(shapes.next(), image));
        for (UnitShape unit : variant.units(layout)) {
            x = unit(unit, x, arithmetic);
        }
        List<ConvolutionShape> all = shapes();
        arithmetic.head(arithmetic.convolution(all.get(all.size() - 1), x));
    }

    /** All convolutions, in an order in which they can be computed. */
    List<ConvolutionShape> shapes() {
        return variant.convolutions(layout, inputChannels);
    }

    private <C> List<C> unit(UnitShape unit, List<C> x, Arithmetic<C> arithmetic) {
        List<C> other;
        List<C> main;
        if (unit.hasProjection()) {
            other = chain(unit.projection(), x, arithmetic);
            main = x;
        } else {
            // The authors deal even channels to one branch and odd ones to the other; torchvision cuts in the middle.
            boolean deal = layout == BlockLayout.MEGVII;
            other = IntStream.range(0, unit.projected()).mapToObj(i -> x.get(deal ? 2 * i : i)).toList();
            main = IntStream.range(0, unit.inputs() - unit.projected())
                    .mapToObj(i -> x.get(deal ? 2 * i + 1 : unit.projected() + i)).toList();
        }
        List<C> joined = arithmetic.join(unit.name(), other, chain(unit.mainBranch(), main, arithmetic));
        if (layout == BlockLayout.MEGVII) {
            return joined;
        }
        int half = joined.size() / 2;
        return IntStream.range(0, joined.size()).mapToObj(i -> joined.get(i % 2 * half + i / 2)).toList();
    }

    private static <C> List<C> chain(List<ConvolutionShape> branch, List<C> inputs, Arithmetic<C> arithmetic) {
        List<C> x = inputs;
        for (ConvolutionShape shape : branch) {
            x = arithmetic.convolution(shape, x);
        }
        return x;
    }
}
