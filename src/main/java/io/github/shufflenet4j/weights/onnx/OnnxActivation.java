package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;

/**
 * An activation in a graph, not computed but traced: which axes it has, and where each of its channels comes from.
 *
 * <p>Each axis is a product of factors: of the batch, the channels, the height, the width of an image. Reshaping
 * distributes the factors among other axes, and may divide the channels into more of them; transposing reorders axes;
 * split, slice, gather and concatenation choose channels. So a shuffle, in whatever way it is written, ends as an array
 * of labels in another order. Factors of size 1 are left out: they are nowhere and everywhere.
 *
 * <p>Operations throw {@link IllegalArgumentException} where they would do anything else.
 *
 * @param axes   factors of each axis
 * @param labels one for each channel, in row-major order of the factors that are channels
 */
record OnnxActivation(List<List<Factor>> axes, int[] labels) implements OnnxValue {

    /** The most channels of an activation; the widest ShuffleNet V2 has 2048. */
    static final int MAX_CHANNELS = 1 << 16;

    enum Kind {
        BATCH, CHANNEL, HEIGHT, WIDTH
    }

    /** A factor of an axis. */
    record Factor(Kind kind, OnnxSize size) {
    }

    /** An activation [batch, channels, height, width]. */
    static OnnxActivation image(OnnxSize batch, OnnxSize height, OnnxSize width, int[] labels) {
        return new OnnxActivation(List.of(axis(Kind.BATCH, batch), channelAxis(labels.length),
                axis(Kind.HEIGHT, height), axis(Kind.WIDTH, width)), labels);
    }

    private static List<Factor> channelAxis(int channels) {
        return axis(Kind.CHANNEL, OnnxSize.of(channels));
    }

    private static List<Factor> axis(Kind kind, OnnxSize size) {
        return size.equals(OnnxSize.ONE) ? List.of() : List.of(new Factor(kind, size));
    }

    int rank() {
        return axes.size();
    }

    /** Size of each axis. */
    List<OnnxSize> shape() {
        return axes.stream().map(OnnxActivation::product).toList();
    }

    private static OnnxSize product(List<Factor> factors) {
        return OnnxSize.product(factors.stream().map(Factor::size).toList());
    }

    /** The same, after a check that it is [batch, channels, height, width]. */
    OnnxActivation requireImage() {
        return requireAxes(List.of(Kind.BATCH, Kind.CHANNEL, Kind.HEIGHT, Kind.WIDTH));
    }

    /** The same, after a check that it is [batch, channels]. */
    OnnxActivation requireVector() {
        return requireAxes(List.of(Kind.BATCH, Kind.CHANNEL));
    }

    private OnnxActivation requireAxes(List<Kind> kinds) {
        boolean fits = kinds.size() == rank() && IntStream.range(0, rank())
                .allMatch(axis -> axes.get(axis).stream().allMatch(factor -> factor.kind == kinds.get(axis)));
        Validate.isTrue(fits, "takes a value of shape %s, expected %s", shape(), kinds);
        return this;
    }

    /** The same axes with other labels, as many. */
    OnnxActivation mapLabels(IntUnaryOperator operator) {
        return new OnnxActivation(axes, Arrays.stream(labels).map(operator).toArray());
    }

    /** The output of a layer for an image: other channels, height and width. */
    OnnxActivation layer(int[] outputs, OnnxSize height, OnnxSize width) {
        return new OnnxActivation(List.of(axes.get(0), channelAxis(outputs.length), axis(Kind.HEIGHT, height),
                axis(Kind.WIDTH, width)), outputs);
    }

    /** The output of a layer without height and width. */
    OnnxActivation vector(int[] outputs) {
        return new OnnxActivation(List.of(axes.get(0), channelAxis(outputs.length)), outputs);
    }

    /** @param sizes of the new axes; -1 for the rest; 0 for that of the old axis, if {@code zeroCopies} */
    OnnxActivation reshape(List<OnnxSize> sizes, boolean zeroCopies) {
        Deque<Factor> left = new ArrayDeque<>(mergedFactors());
        List<List<Factor>> result = new ArrayList<>();
        for (OnnxSize size : resolved(sizes, zeroCopies)) {
            List<Factor> axis = new ArrayList<>();
            OnnxSize wanted = size;
            while (!wanted.equals(OnnxSize.ONE)) {
                Factor next = left.poll();
                if (next == null) {
                    throw unfit(sizes);
                }
                var rest = wanted.dividedBy(next.size);
                if (rest.isPresent()) {
                    axis.add(next);
                    wanted = rest.get();
                } else {
                    var part = next.size.dividedBy(wanted);
                    if (next.kind != Kind.CHANNEL || part.isEmpty()) {
                        throw unfit(sizes);
                    }
                    axis.add(new Factor(Kind.CHANNEL, wanted));
                    left.push(new Factor(Kind.CHANNEL, part.get()));
                    wanted = OnnxSize.ONE;
                }
            }
            result.add(axis);
        }
        if (!left.isEmpty()) {
            throw unfit(sizes);
        }
        return new OnnxActivation(result, labels);
    }

    private IllegalArgumentException unfit(List<OnnxSize> sizes) {
        return new IllegalArgumentException("turns shape " + shape() + " into " + sizes
                + ", which is no shuffle of channels");
    }

    /** All factors in order, channels that follow each other as one. */
    private List<Factor> mergedFactors() {
        List<Factor> merged = new ArrayList<>();
        for (List<Factor> axis : axes) {
            for (Factor factor : axis) {
                int last = merged.size() - 1;
                if (factor.kind == Kind.CHANNEL && last >= 0 && merged.get(last).kind == Kind.CHANNEL) {
                    merged.set(last, new Factor(Kind.CHANNEL, merged.get(last).size.times(factor.size)));
                } else {
                    merged.add(factor);
                }
            }
        }
        return merged;
    }

    private List<OnnxSize> resolved(List<OnnxSize> sizes, boolean zeroCopies) {
        OnnxSize zero = OnnxSize.of(0);
        OnnxSize rest = OnnxSize.of(-1);
        List<OnnxSize> resolved = new ArrayList<>();
        for (int axis = 0; axis < sizes.size(); axis++) {
            boolean copies = zeroCopies && sizes.get(axis).equals(zero) && axis < rank();
            resolved.add(copies ? product(axes.get(axis)) : sizes.get(axis));
        }
        int open = resolved.indexOf(rest);
        if (open >= 0) {
            resolved.set(open, OnnxSize.ONE);
            OnnxSize others = OnnxSize.product(resolved);
            resolved.set(open, OnnxSize.product(shape()).dividedBy(others).orElseThrow(() -> unfit(sizes)));
        }
        if (resolved.stream().anyMatch(size -> size.factor() < 1)) {
            throw unfit(sizes);
        }
        return resolved;
    }

    /** @param order the old axis at each new place */
    OnnxActivation transpose(long[] order) {
        List<Integer> axesInOrder = Arrays.stream(order).mapToInt(Math::toIntExact).boxed().toList();
        Validate.isTrue(axesInOrder.stream().sorted().toList().equals(IntStream.range(0, rank()).boxed().toList()),
                "reorders the axes of %s by %s", shape(), axesInOrder);
        // Each channel factor's distance between neighbours in the old order of labels.
        List<List<int[]>> steps = new ArrayList<>(Collections.nCopies(rank(), List.of()));
        int step = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            List<int[]> ofAxis = new ArrayList<>();
            for (int i = axes.get(axis).size() - 1; i >= 0; i--) {
                Factor factor = axes.get(axis).get(i);
                if (factor.kind == Kind.CHANNEL) {
                    int size = (int) factor.size.number();
                    ofAxis.add(0, new int[] {size, step});
                    step *= size;
                }
            }
            steps.set(axis, ofAxis);
        }
        int[] places = {0};
        for (int axis : axesInOrder) {
            for (int[] factor : steps.get(axis)) {
                places = Arrays.stream(places).flatMap(place ->
                        IntStream.range(0, factor[0]).map(i -> place + i * factor[1])).toArray();
            }
        }
        return new OnnxActivation(axesInOrder.stream().map(axes::get).toList(),
                Arrays.stream(places).map(place -> labels[place]).toArray());
    }

    /** Chooses along an axis of channels. */
    OnnxActivation select(int axis, int[] places) {
        int size = channels(axis);
        Validate.isTrue(places.length > 0 && Arrays.stream(places).allMatch(place -> place >= 0 && place < size),
                "chooses channels that its input %s does not have", shape());
        int inner = channelsAfter(axis);
        int outer = labels.length / size / inner;
        checkCount((long) outer * places.length * inner);
        int[] chosen = IntStream.range(0, outer).flatMap(o -> Arrays.stream(places).flatMap(place ->
                IntStream.range(0, inner).map(i -> labels[(o * size + place) * inner + i]))).toArray();
        return new OnnxActivation(replaced(axis, channelAxis(places.length)), chosen);
    }

    /** Joins activations along an axis of channels. */
    static OnnxActivation concat(int axis, List<OnnxActivation> parts) {
        OnnxActivation first = parts.get(0);
        int inner = first.channelsAfter(axis);
        int outer = first.labels.length / first.channels(axis) / inner;
        List<int[]> labels = new ArrayList<>();
        int size = 0;
        for (OnnxActivation part : parts) {
            Validate.isTrue(part.rank() == first.rank()
                    && part.replaced(axis, List.of()).equals(first.replaced(axis, List.of())),
                    "joins shapes %s and %s", first.shape(), part.shape());
            size = Math.addExact(size, part.channels(axis));
        }
        checkCount((long) outer * size * inner);
        for (int o = 0; o < outer; o++) {
            for (OnnxActivation part : parts) {
                int length = part.channels(axis) * inner;
                labels.add(Arrays.copyOfRange(part.labels, o * length, (o + 1) * length));
            }
        }
        return new OnnxActivation(first.replaced(axis, channelAxis(size)),
                labels.stream().flatMapToInt(Arrays::stream).toArray());
    }

    static void checkCount(long channels) {
        Validate.isTrue(channels >= 1 && channels <= MAX_CHANNELS, "gives %s channels, where 1 to %s are allowed",
                channels, MAX_CHANNELS);
    }

    /** Without axes of size 1. */
    OnnxActivation withoutAxes(List<Integer> removed) {
        List<List<Factor>> kept = new ArrayList<>();
        for (int axis = 0; axis < rank(); axis++) {
            if (!removed.contains(axis)) {
                kept.add(axes.get(axis));
                continue;
            }
            Validate.isTrue(axes.get(axis).isEmpty(), "removes axis %s of shape %s", axis, shape());
        }
        return new OnnxActivation(kept, labels);
    }

    /** Size of an axis that is of channels alone. */
    int channels(int axis) {
        Validate.isTrue(axes.get(axis).stream().allMatch(factor -> factor.kind == Kind.CHANNEL),
                "works along axis %s of shape %s, which is not one of channels", axis, shape());
        return (int) product(axes.get(axis)).number();
    }

    private int channelsAfter(int axis) {
        return (int) axes.subList(axis + 1, rank()).stream().flatMap(List::stream)
                .filter(factor -> factor.kind == Kind.CHANNEL).mapToLong(factor -> factor.size.number())
                .reduce(1, (a, b) -> a * b);
    }

    private List<List<Factor>> replaced(int axis, List<Factor> factors) {
        List<List<Factor>> result = new ArrayList<>(axes);
        result.set(axis, factors);
        return result;
    }
}
