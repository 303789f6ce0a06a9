package io.github.shufflenet4j.backend;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ND4J arrays on the CPU backend, whose memory Java reads and writes in bulk. */
public final class CpuArrays {

    /**
     * The system property that says what computes on the CPU: {@code kernels}, the default, or {@code nd4j}, the
     * operations that CUDA is left to as well. Layers look at it when they are made, and what they save is the same.
     */
    public static final String EXECUTOR_PROPERTY = "shufflenet.executor";

    private CpuArrays() {
    }

    /**
     * Whether kernels are to compute on arrays of {@code dataType}: those lie in memory that {@link ArrayMemory} shows,
     * and {@value #EXECUTOR_PROPERTY} does not say that ND4J's operations are to.
     *
     * @throws IllegalArgumentException if the property is neither {@code kernels} nor {@code nd4j}
     */
    public static boolean areAccessible(DataType dataType) {
        return areAccessible(dataType, Backends.running(), System.getProperty(EXECUTOR_PROPERTY, "kernels"));
    }

    static boolean areAccessible(DataType dataType, Backend backend, String executor) {
        return switch (executor) {
            case "kernels" -> dataType == DataType.FLOAT && backend == Backend.CPU;
            case "nd4j" -> false;
            default -> throw new IllegalArgumentException(
                    EXECUTOR_PROPERTY + " is neither kernels nor nd4j: " + executor);
        };
    }

    /** {@code array} itself if its elements lie in C order without gaps, else a copy that does so. */
    static INDArray contiguous(INDArray array) {
        return isContiguous(array) ? array : array.dup('c');
    }

    /** The elements of an array, which must be FLOAT, in C order without gaps, copied to the heap. */
    public static float[] toHeap(INDArray array) {
        return toHeap(array, new float[Math.toIntExact(array.length())]);
    }

    /**
     * The elements of such an array, copied to {@code values}, which is returned.
     *
     * @throws IndexOutOfBoundsException if {@code values} is longer than the array
     */
    public static float[] toHeap(INDArray array, float[] values) {
        try (ArrayMemory memory = new ArrayMemory()) {
            memory.buffer(array).get(0, values);
        }
        return values;
    }

    /** Copies values from the heap to the elements of such an array. */
    public static void fromHeap(float[] values, INDArray array) {
        try (ArrayMemory memory = new ArrayMemory()) {
            memory.buffer(array).put(0, values);
        }
    }

    static boolean isContiguous(INDArray array) {
        long expected = 1;
        for (int axis = array.rank() - 1; axis >= 0; axis--) {
            if (array.size(axis) != 1 && array.stride(axis) != expected) {
                return false;
            }
            expected *= array.size(axis);
        }
        return true;
    }

    /** What DL4J gets, and adds to others, where a gradient does not go through it. */
    public static INDArray gradientPlaceholder(LayerWorkspaceMgr workspaces) {
        return workspaces.create(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, 1);
    }
}
