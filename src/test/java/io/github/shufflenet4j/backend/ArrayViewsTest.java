package io.github.shufflenet4j.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ArrayViewsTest {

    private static final long[] SHAPE = {6, 4, 3, 2};

    /** 0, 1, 2, ... in C order, as a view that begins so far into an array. */
    private static INDArray numbers(int offset) {
        long length = 6 * 4 * 3 * 2;
        return Nd4j.arange(-offset, length).castTo(DataType.FLOAT)
                .get(NDArrayIndex.interval(offset, offset + length)).reshape('c', SHAPE);
    }

    private static double number(long... indices) {
        return ((indices[0] * SHAPE[1] + indices[1]) * SHAPE[2] + indices[2]) * SHAPE[3] + indices[3];
    }

    @ParameterizedTest(name = "axis {0}, {1} from {2}")
    @CsvSource({"0, 0, 2", "0, 4, 2", "1, 0, 3", "1, 3, 1", "2, 1, 2", "3, 1, 1"})
    void aRangeIsRead(int axis, int first, int count) {
        for (int offset : new int[] {0, 1, 100, 143, 144, 1000}) {
            INDArray range = ArrayViews.range(numbers(offset), axis, first, count);
            long[] shape = SHAPE.clone();
            shape[axis] = count;
            assertThat(range.shape()).isEqualTo(shape);
            for (long i = 0; i < range.length(); i++) {
                long[] indices = indices(i, shape);
                double actual = range.getDouble(indices);
                indices[axis] += first;
                assertThat(actual).as("offset %d", offset).isEqualTo(number(indices));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 3", "2, 0", "3, 1"})
    void aPointIsRead(int axis, int index) {
        for (int offset : new int[] {0, 1, 100, 143, 144, 1000}) {
            INDArray point = ArrayViews.point(numbers(offset), axis, index);
            INDArray range = ArrayViews.range(numbers(offset), axis, index, 1);
            assertThat(point.rank()).isEqualTo(3);
            assertThat(point.dup('c').reshape(range.shape())).isEqualTo(range.dup('c'));
        }
    }

    @Test
    void whatIsWrittenStandsInTheArray() {
        INDArray array = numbers(100);
        ArrayViews.range(array, 0, 4, 2).assign(-1);
        ArrayViews.point(array, 3, 1).assign(-2);
        assertThat(array.getDouble(3, 3, 2, 0)).isEqualTo(number(3, 3, 2, 0));
        assertThat(array.getDouble(4, 0, 0, 0)).isEqualTo(-1);
        assertThat(array.getDouble(5, 3, 2, 1)).isEqualTo(-2);
        assertThat(array.getDouble(0, 0, 0, 1)).isEqualTo(-2);
    }

    private static long[] indices(long index, long[] shape) {
        long[] indices = new long[shape.length];
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            indices[axis] = index % shape[axis];
            index /= shape[axis];
        }
        return indices;
    }
}
