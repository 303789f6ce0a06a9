package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import org.apache.commons.lang3.Validate;

/**
 * An array of floats with a shape, in row-major order. A shape without dimensions is a single number.
 *
 * <p>The data array is handed over, not copied: whoever holds the tensor treats it as read-only.
 */
public final class Tensor {

    /** As in PyTorch. */
    public static final int MAX_RANK = 64;

    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private final int[] shape;
    private final float[] data;

    /**
     * @param shape the dimensions, outermost first
     * @param data as many values as the shape has elements
     * @throws IllegalArgumentException if a dimension is negative or the shape does not match the number of values
     */
    public Tensor(int[] shape, float[] data) {
        this.shape = shape.clone();
        this.data = data;
        Validate.isTrue(Arrays.stream(shape).allMatch(dimension -> dimension >= 0), "negative dimension in shape %s",
                Arrays.toString(shape));
        long elements = elements(longShape(shape));
        Validate.isTrue(elements == data.length, "shape %s does not match %s values", Arrays.toString(shape),
                data.length);
    }

    /** The dimensions, outermost first, as a copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** The values in row-major order: the array itself, not to be written to. */
    public float[] data() {
        return data;
    }

    /** The matrix with rows and columns exchanged. */
    public Tensor transpose() {
        int rows = shape[0];
        int columns = shape[1];
        float[] transposed = new float[data.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = data[row * columns + column];
            }
        }
        return new Tensor(new int[] {columns, rows}, transposed);
    }

    /** As in {@code float[24, 3, 3, 3]}. */
    @Override
    public String toString() {
        return "float" + Arrays.toString(shape);
    }

    /** Writes the values in row-major order as little-endian F32, F16 or I64. */
    public void writeTo(OutputStream out, DType type) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(1 << 13).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : data) {
            type.write(chunk, value);
            if (chunk.remaining() < Long.BYTES) {
                out.write(chunk.array(), 0, chunk.position());
                chunk.clear();
            }
        }
        out.write(chunk.array(), 0, chunk.position());
    }

    /** Elements that fill {@code bytes}, a little-endian buffer, from its first byte in row-major order. */
    public static Tensor decode(DType type, int[] shape, ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN); // a slice does not inherit it
        float[] data = new float[bytes.remaining() / type.size()];
        type.read(bytes, data);
        return new Tensor(shape, data);
    }

    /**
     * The number of elements of a shape that a file claims: -1 if it has more than 64 dimensions, one of them is
     * negative, or they or their product are beyond the size of an array.
     */
    public static long elements(long... dimensions) {
        if (dimensions.length > MAX_RANK) {
            return -1;
        }
        long product = 1;
        for (long dimension : dimensions) {
            if (dimension < 0 || dimension > Integer.MAX_VALUE) {
                return -1;
            }
            product *= dimension;
            if (product > MAX_ELEMENTS) {
                return -1;
            }
        }
        return product;
    }

    /** The dimensions as those of a file. */
    public static long[] longShape(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }

    /** Dimensions that {@link #elements} accepted. */
    public static int[] shape(long... dimensions) {
        return Arrays.stream(dimensions).mapToInt(Math::toIntExact).toArray();
    }
}
