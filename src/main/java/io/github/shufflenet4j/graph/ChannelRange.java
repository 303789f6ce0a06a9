package io.github.shufflenet4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayViews;

/**
 * Channels {@code first, first + step, ...}, {@code count} of them, where {@code step} divides the number of channels.
 */
record ChannelRange(int first, int step, int count) {

    static ChannelRange consecutive(int first, int count) {
        return new ChannelRange(first, 1, count);
    }

    int channel(int index) {
        return first + index * step;
    }

    /**
     * A view of these channels. Strides go through a reshape to [..., channels / step, step, ...], because ND4J's own
     * strided intervals end in the wrong place.
     */
    INDArray of(INDArray array, int axis) {
        if (step == 1) {
            return ArrayViews.range(array, axis, first, count);
        }
        List<Long> shape = new ArrayList<>(Arrays.stream(array.shape()).boxed().toList());
        shape.set(axis, shape.get(axis) / step);
        shape.add(axis + 1, (long) step);
        INDArray steps = array.reshape('c', shape.stream().mapToLong(Long::longValue).toArray());
        return ArrayViews.range(ArrayViews.point(steps, axis + 1, first % step), axis, first / step, count);
    }
}
