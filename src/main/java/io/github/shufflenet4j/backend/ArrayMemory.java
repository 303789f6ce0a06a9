package io.github.shufflenet4j.backend;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of ND4J arrays on the CPU backend, as buffers. A buffer does not keep its array alive, and ND4J frees the
 * memory of an array that nothing refers to, even while it is read: the arrays stay until this is closed, and the
 * buffers must not be used after.
 *
 * <p>Not thread-safe, but its buffers may be used by any threads.
 */
public final class ArrayMemory implements AutoCloseable {

    private final List<INDArray> arrays = new ArrayList<>();

    /** The elements of a FLOAT array, in C order: its own memory, or that of a copy if they do not lie so. */
    public FloatBuffer read(INDArray array) {
        return buffer(CpuArrays.contiguous(array));
    }

    /** The elements of an array, to be read and written; it must be FLOAT, in C order without gaps. */
    public FloatBuffer buffer(INDArray array) {
        if (array.dataType() != DataType.FLOAT || !CpuArrays.isContiguous(array)) {
            throw new IllegalArgumentException("array must be FLOAT and in C order without gaps: "
                    + array.shapeInfoToString());
        }
        arrays.add(array);
        long length = array.length();
        FloatPointer pointer = new FloatPointer(array.data().addressPointer());
        return pointer.limit(pointer.position() + length).asBuffer();
    }

    @Override
    public void close() {
        Reference.reachabilityFence(arrays);
    }
}
