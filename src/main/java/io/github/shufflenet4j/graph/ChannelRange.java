package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Channels {@code first, first + step, ...}, {@code count} of them. Every split, concatenation and shuffle, forward and
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

    private INDArray of(INDArray array, CNN2DFormat format) {
        INDArrayIndex[] indices = {NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all()};
        indices[axis(format)] = NDArrayIndex.interval(first, step, first + (long) (count - 1) * step + 1);
        return array.get(indices);
    }
}
