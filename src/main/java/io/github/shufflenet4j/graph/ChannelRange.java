package io.github.shufflenet4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

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
        List<INDArrayIndex> indices = new ArrayList<>(Collections.nCopies(array.rank(), NDArrayIndex.all()));
        if (step == 1) {
            indices.set(axis, NDArrayIndex.interval(first, first + count));
            return array.get(indices.toArray(INDArrayIndex[]::new));
        }
        List<Long> shape = new ArrayList<>(Arrays.stream(array.shape()).boxed().toList());
        shape.set(axis, shape.get(axis) / step);
        shape.add(axis + 1, (long) step);
        indices.set(axis, NDArrayIndex.interval(first / step, first / step + count));
        indices.add(axis + 1, NDArrayIndex.point(first % step));
        return array.reshape('c', shape.stream().mapToLong(Long::longValue).toArray())
                .get(indices.toArray(INDArrayIndex[]::new));
    }
}
