package io.github.shufflenet4j.backend;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Parts of arrays along an axis, as views. ND4J's {@code get} returns an empty array where an index but the last leads
 * far enough into an array that is itself a view: it compares the place in the whole buffer with the view's length. So
 * the axis comes last here.
 */
public final class ArrayViews {

    private ArrayViews() {
    }

    /** The {@code count} places of an axis from {@code first} on: a view of the array's rank. */
    public static INDArray range(INDArray array, int axis, long first, long count) {
        int[] axisLast = axisLast(array.rank(), axis);
        int[] back = new int[axisLast.length];
        for (int i = 0; i < back.length; i++) {
            back[axisLast[i]] = i;
        }
        return last(array.permute(axisLast), NDArrayIndex.interval(first, first + count)).permute(back);
    }

    /** A place of an axis: a view of the array's rank less one; {@code array} has rank 2 or above. */
    public static INDArray point(INDArray array, int axis, long index) {
        return last(array.permute(axisLast(array.rank(), axis)), NDArrayIndex.point(index));
    }

    private static int[] axisLast(int rank, int axis) {
        return IntStream.concat(IntStream.range(0, rank).filter(i -> i != axis), IntStream.of(axis)).toArray();
    }

    private static INDArray last(INDArray array, INDArrayIndex index) {
        INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
        Arrays.fill(indices, NDArrayIndex.all());
        indices[indices.length - 1] = index;
        return array.get(indices);
    }
}
