package io.github.shufflenet4j.weights.torch;

import java.nio.ByteBuffer;
import java.util.Arrays;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * A tensor as PyTorch pickles it: a strided window onto a storage, which several tensors may share. Offsets, sizes and
 * strides are counted in elements, are the file's claims, and are checked when the tensor is
 * {@linkplain #gather gathered}.
 */
record StoredTensor(Storage storage, long offset, long[] size, long[] stride) {

    /** {@code size} elements from element {@code offset} of the bytes that the file keeps under {@code key}. */
    record Storage(String key, DType type, long offset, long size) {
    }

    /** The number of elements that the tensor claims; -1 if no array could have them. */
    long elements() {
        return Tensor.elements(size);
    }

    /** The strides of a contiguous tensor, by rows or by columns. */
    static long[] strides(long[] shape, boolean columnsFirst) {
        long[] strides = new long[shape.length];
        long step = 1;
        for (int i = 0; i < shape.length; i++) {
            int axis = columnsFirst ? i : shape.length - 1 - i;
            strides[axis] = step;
            step *= Math.max(1, shape[axis]);
        }
        return strides;
    }

    /**
     * The tensor's values.
     *
     * @param content the bytes of the storage
     * @throws WeightFileException if the window does not lie within the storage, or the storage not within its bytes
     */
    Tensor gather(String name, Bytes content) throws WeightFileException {
        int count = (int) elements();
        if (count < 0 || !within(content.remaining() / storage.type.size())) {
            throw content.fault("tensor '" + name + "' of size " + Arrays.toString(size) + ", stride "
                    + Arrays.toString(stride) + " and offset " + offset + " does not lie within its storage '"
                    + storage.key + "'; fetch or save it again");
        }
        ByteBuffer bytes = content.toBuffer();
        float[] data = new float[count];
        long[] index = new long[size.length];
        long element = storage.offset + offset;
        for (int i = 0; i < count; i++) {
            data[i] = storage.type.read(bytes, (int) element * storage.type.size());
            for (int axis = size.length - 1; axis >= 0; axis--) { // the next index, as an odometer counts
                element += stride[axis];
                if (++index[axis] < size[axis]) {
                    break;
                }
                element -= size[axis] * stride[axis];
                index[axis] = 0;
            }
        }
        return new Tensor(Tensor.shape(size), data);
    }

    /** Whether the window lies within the storage, and the storage within {@code available} elements. */
    private boolean within(long available) {
        if (stride.length != size.length || offset < 0 || storage.offset < 0 || storage.size < 0
                || storage.offset > available || storage.size > available - storage.offset) {
            return false;
        }
        if (elements() == 0) {
            return true;
        }
        try {
            long last = offset;
            for (int axis = 0; axis < size.length; axis++) {
                if (stride[axis] < 0) {
                    return false;
                }
                last = Math.addExact(last, Math.multiplyExact(size[axis] - 1, stride[axis]));
            }
            return last < storage.size;
        } catch (ArithmeticException e) {
            return false;
        }
    }
}
