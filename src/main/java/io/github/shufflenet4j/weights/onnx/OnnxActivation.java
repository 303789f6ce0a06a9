package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.apache.commons.lang3.ArrayUtils;
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

    /** The sizes that open ones are traced with: large primes, which no reshape has by chance. */
    private static final long OPEN_BATCH = 1009;
    private static final long OPEN_SIDE = 10_007;

    enum Kind {
        BATCH, CHANNEL, HEIGHT, WIDTH
    }

    /** @param open whether the size stands for any, as that of a batch does in most files */
    record Factor(Kind kind, long size, boolean open) {
    }

    /** @param sizes of the four axes; null or below 1 if they are open */
    static OnnxActivation image(List<Long> sizes, int[] labels) {
        return new OnnxActivation(List.of(given(Kind.BATCH, sizes.get(0), OPEN_BATCH), channelAxis(labels.length),
                given(Kind.HEIGHT, sizes.get(2), OPEN_SIDE), given(Kind.WIDTH, sizes.get(3), OPEN_SIDE)), labels);
    }

    private static List<Factor> given(Kind kind, Long size, long open) {
        return size == null || size < 1 ? axis(kind, open, true) : axis(kind, size, false);
    }

    private static List<Factor> channelAxis(int channels) {
        return axis(Kind.CHANNEL, channels, false);
    }

    private static List<Factor> axis(Kind kind, long size, boolean open) {
        return size == 1 ? List.of() : List.of(new Factor(kind, size, open));
    }

    int rank() {
        return axes.size();
    }

    long[] shape() {
        return axes.stream().mapToLong(OnnxActivation::size).toArray();
    }

    private static long size(List<Factor> factors) {
        return product(factors.stream().mapToLong(Factor::size));
    }

    /** @throws ArithmeticException if it is beyond 2^63 */
    static long product(LongStream sizes) {
        return sizes.reduce(1, Math::multiplyExact);
    }

    String shapeText() {
        return text(shape());
    }

    /** Sizes for messages, where multiples of open ones are open. */
    private String text(long[] sizes) {
        long[] open = axes.stream().flatMap(List::stream).filter(Factor::open).mapToLong(Factor::size).toArray();
        return LongStream.of(sizes).mapToObj(size -> size != 0 && LongStream.of(open).anyMatch(any -> size % any == 0)
                ? "open" : Long.toString(size)).toList().toString();
    }

    OnnxActivation requireImage() {
        return requireAxes(List.of(Kind.BATCH, Kind.CHANNEL, Kind.HEIGHT, Kind.WIDTH));
    }

    OnnxActivation requireVector() {
        return requireAxes(List.of(Kind.BATCH, Kind.CHANNEL));
    }

    private OnnxActivation requireAxes(List<Kind> kinds) {
        boolean fits = kinds.size() == rank() && IntStream.range(0, rank())
                .allMatch(axis -> axes.get(axis).stream().allMatch(factor -> factor.kind == kinds.get(axis)));
        Validate.isTrue(fits, "takes a value of shape %s, expected %s", shapeText(), kinds);
        return this;
    }

    /** The same axes with other labels, as many. */
    OnnxActivation mapLabels(IntUnaryOperator operator) {
        return new OnnxActivation(axes, Arrays.stream(labels).map(operator).toArray());
    }

    /** The output of a layer for an image: other channels, height and width. */
    OnnxActivation layer(int[] outputs, long height, long width) {
        return new OnnxActivation(List.of(axes.get(0), channelAxis(outputs.length),
                axis(Kind.HEIGHT, height, isOpen(2)), axis(Kind.WIDTH, width, isOpen(3))), outputs);
    }

    private boolean isOpen(int axis) {
        return axes.get(axis).stream().anyMatch(Factor::open);
    }

    /** The output of a layer without height and width. */
    OnnxActivation vector(int[] outputs) {
        return new OnnxActivation(List.of(axes.get(0), channelAxis(outputs.length)), outputs);
    }

    /** @param sizes of the new axes; -1 for the rest; 0 for that of the old axis, if {@code zeroCopies} */
    OnnxActivation reshape(long[] sizes, boolean zeroCopies) {
        Deque<Factor> left = new ArrayDeque<>(mergedFactors());
        List<List<Factor>> result = new ArrayList<>();
        for (long size : resolved(sizes, zeroCopies)) {
            List<Factor> axis = new ArrayList<>();
            long wanted = size;
            while (wanted != 1) {
                Factor next = left.poll();
                requireShuffle(next != null, sizes);
                if (wanted % next.size == 0) {
                    axis.add(next);
                    wanted /= next.size;
                } else {
                    requireShuffle(next.kind == Kind.CHANNEL && next.size % wanted == 0, sizes);
                    axis.add(new Factor(Kind.CHANNEL, wanted, false));
                    left.push(new Factor(Kind.CHANNEL, next.size / wanted, false));
                    wanted = 1;
                }
            }
            result.add(axis);
        }
        requireShuffle(left.isEmpty(), sizes);
        return new OnnxActivation(result, labels);
    }

    private void requireShuffle(boolean fits, long[] sizes) {
        Validate.isTrue(fits, "turns shape %s into %s, which is no shuffle of channels", shapeText(), text(sizes));
    }

    /** All factors in order, channels that follow each other as one. */
    private List<Factor> mergedFactors() {
        List<Factor> merged = new ArrayList<>();
        for (List<Factor> axis : axes) {
            for (Factor factor : axis) {
                int last = merged.size() - 1;
                if (factor.kind == Kind.CHANNEL && last >= 0 && merged.get(last).kind == Kind.CHANNEL) {
                    merged.set(last, new Factor(Kind.CHANNEL, merged.get(last).size * factor.size, false));
                } else {
                    merged.add(factor);
                }
            }
        }
        return merged;
    }

    private long[] resolved(long[] sizes, boolean zeroCopies) {
        long[] shape = shape();
        long[] resolved = sizes.clone();
        for (int axis = 0; axis < Math.min(sizes.length, rank()); axis++) {
            resolved[axis] = zeroCopies && sizes[axis] == 0 ? shape[axis] : sizes[axis];
        }
        int open = ArrayUtils.indexOf(resolved, -1);
        if (open >= 0) {
            resolved[open] = 1;
        }
        long rest = LongStream.of(resolved).allMatch(size -> size > 0)
                ? product(LongStream.of(shape)) / product(LongStream.of(resolved)) : 0;
        requireShuffle(rest == 1 || rest > 1 && open >= 0, sizes);
        if (open >= 0) {
            resolved[open] = rest;
        }
        return resolved;
    }

    /** @param order the old axis at each new place */
    OnnxActivation transpose(long[] order) {
        List<Integer> axesInOrder = Arrays.stream(order).mapToInt(Math::toIntExact).boxed().toList();
        Validate.isTrue(axesInOrder.stream().sorted().toList().equals(IntStream.range(0, rank()).boxed().toList()),
                "reorders the axes of %s by %s", shapeText(), axesInOrder);
        // Each channel factor's distance between neighbours in the old order of labels.
        List<List<int[]>> steps = new ArrayList<>(Collections.nCopies(rank(), List.of()));
        int step = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            List<int[]> ofAxis = new ArrayList<>();
            for (int i = axes.get(axis).size() - 1; i >= 0; i--) {
                Factor factor = axes.get(axis).get(i);
                if (factor.kind == Kind.CHANNEL) {
                    int size = (int) factor.size;
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

    OnnxActivation select(int axis, int[] places) {
        int size = channels(axis);
        Validate.isTrue(places.length > 0 && Arrays.stream(places).allMatch(place -> place >= 0 && place < size),
                "chooses channels that its input %s does not have", shapeText());
        int inner = channelsAfter(axis);
        int outer = labels.length / size / inner;
        checkCount((long) outer * places.length * inner);
        int[] chosen = IntStream.range(0, outer).flatMap(o -> Arrays.stream(places).flatMap(place ->
                IntStream.range(0, inner).map(i -> labels[(o * size + place) * inner + i]))).toArray();
        return new OnnxActivation(replaced(axis, channelAxis(places.length)), chosen);
    }

    static OnnxActivation concat(int axis, List<OnnxActivation> parts) {
        OnnxActivation first = parts.get(0);
        int inner = first.channelsAfter(axis);
        int outer = first.labels.length / first.channels(axis) / inner;
        List<int[]> labels = new ArrayList<>();
        int size = 0;
        for (OnnxActivation part : parts) {
            Validate.isTrue(part.rank() == first.rank()
                    && part.replaced(axis, List.of()).equals(first.replaced(axis, List.of())),
                    "joins shapes %s and %s", first.shapeText(), part.shapeText());
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

    OnnxActivation withoutAxes(List<Integer> removed) {
        List<List<Factor>> kept = new ArrayList<>();
        for (int axis = 0; axis < rank(); axis++) {
            if (!removed.contains(axis)) {
                kept.add(axes.get(axis));
                continue;
            }
            Validate.isTrue(axes.get(axis).isEmpty(), "removes axis %s of shape %s", axis, shapeText());
        }
        return new OnnxActivation(kept, labels);
    }

    int channels(int axis) {
        Validate.isTrue(axes.get(axis).stream().allMatch(factor -> factor.kind == Kind.CHANNEL),
                "works along axis %s of shape %s, which is not one of channels", axis, shapeText());
        return (int) size(axes.get(axis));
    }

    private int channelsAfter(int axis) {
        return (int) axes.subList(axis + 1, rank()).stream().flatMap(List::stream)
                .filter(factor -> factor.kind == Kind.CHANNEL).mapToLong(Factor::size)
                .reduce(1, (a, b) -> a * b);
    }

    private List<List<Factor>> replaced(int axis, List<Factor> factors) {
        List<List<Factor>> result = new ArrayList<>(axes);
        result.set(axis, factors);
        return result;
    }
}
