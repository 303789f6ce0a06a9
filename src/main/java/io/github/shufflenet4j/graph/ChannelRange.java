package io.github.shufflenet4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Channels {@code first, first + step, ...}, {@code count} of them, where {@code step} divides the number of channels. Every split, concatenation and shuffle, forward and
 * backward, is a copy between two such ranges.
 */
record ChannelRange(int first, int step, int count) {

    static ChannelRange consecutive(int first, int count) {
        return new ChannelRange(first, 1, count);
    }

    /** Copies these channels of {@code source} to the channels {@code target} of {@code destination}. */
    void copy(INDArray source, INDArray destination, ChannelRange target, CNN2DFormat format) {
        target.of(destination, format).assign(of(source, format));
    }

    /** Sets every channel of {@code destination} outside {@code [from, to)} to zero. */
    static void zeroOutside(INDArray destination, int from, int to, CNN2DFormat format) {
        int channels = (int) destination.size(axis(format));
        if (from > 0) {
            consecutive(0, from).of(destination, format).assign(0);
        }
        if (to < channels) {
            consecutive(to, channels - to).of(destination, format).assign(0);
        }
    }

    static int axis(CNN2DFormat format) {
        return format == CNN2DFormat.NCHW ? 1 : 3;
    }

    /**
     * A view of these channels. Strides go through a reshape to [..., channels / step, step, ...], because ND4J's own
     * strided intervals end in the wrong place.
     */
    private INDArray of(INDArray array, CNN2DFormat format) {
        int axis = axis(format);
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
