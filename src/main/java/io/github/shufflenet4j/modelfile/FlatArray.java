package io.github.shufflenet4j.modelfile;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * Arrays of one row, such as all parameters of a network, in the format of {@code Nd4j.write}: the shape information
 * and the values, each as the name of an allocation mode, a length, the name of a type, and big-endian numbers.
 *
 * <p>{@code Nd4j.read} uses the strides and lengths that a file gives as they are, even to address memory. Here only
 * the number of values and their type are taken from it, and checked.
 */
public final class FlatArray {

    /** Room for what stands before the values, in bytes. */
    private static final long MAX_HEADER_BYTES = 4096;

    /** The shape information of an array of rank 32, ND4J's largest. */
    private static final int MAX_SHAPE_LENGTH = 2 * 32 + 4;
    private static final int MAX_NAME_LENGTH = 32;
    /** Older modes have lengths of four bytes; no model file of this library does. */
    private static final Set<String> ALLOCATION_MODES = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

    private FlatArray() {
    }

    /** Types of the values, under ND4J's names. */
    private enum Type {
        FLOAT(4), DOUBLE(8), HALF(2), BFLOAT16(2);

        private final int size;

        Type(int size) {
            this.size = size;
        }

        private static Optional<Type> of(String name) {
            return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
        }
    }

    /**
     * What stands before the values.
     *
     * @param length number of values
     */
    record Header(Type type, long length) {

        boolean isSinglePrecision() {
            return type == Type.FLOAT;
        }
    }

    /** Reads up to the values, all of which are there. */
    static Header header(Bytes in) throws WeightFileException {
        long shapeLength = length(in);
        String shapeType = name(in);
        if (!shapeType.equals("LONG") || shapeLength < 0 || shapeLength > MAX_SHAPE_LENGTH) {
            throw in.fault("is damaged: an array in it has " + shapeLength + " numbers of type " + shapeType
                    + " for a shape");
        }
        in.take(shapeLength * Long.BYTES);
        long length = length(in);
        String name = name(in);
        Type type = Type.of(name).orElseThrow(
                () -> in.fault("holds an array of type " + name + ", which parameters are never of"));
        if (length < 0 || length > Integer.MAX_VALUE - 8 || length * type.size != in.remaining()) {
            throw in.fault("is damaged: it announces " + length + " values of type " + name + " in "
                    + in.remaining() + " bytes");
        }
        return new Header(type, length);
    }

    private static long length(Bytes in) throws WeightFileException {
        String mode = name(in);
        if (!ALLOCATION_MODES.contains(mode)) {
            throw in.fault("is damaged: an array in it has the allocation mode '" + mode + "'");
        }
        return Long.reverseBytes(in.signedLong());
    }

    private static String name(Bytes in) throws WeightFileException {
        int length = Short.toUnsignedInt(Short.reverseBytes((short) in.unsignedShort()));
        if (length > MAX_NAME_LENGTH) {
            throw in.fault("is damaged: " + length + " characters stand where an array should begin");
        }
        return in.text(length, StandardCharsets.US_ASCII);
    }

    /** Maximum number of bytes that an array of {@code length} values takes. */
    static long maxBytes(long length) {
        return Math.addExact(Math.multiplyExact(length, Type.DOUBLE.size), MAX_HEADER_BYTES);
    }

    /**
     * Reads an array.
     *
     * @param file   named in messages
     * @param what   name of the array in messages, in the plural
     * @param length number of values that there must be
     * @return an array of shape [1, length]
     * @throws WeightFileException if the content is no such array
     */
    public static INDArray read(Path file, String what, byte[] content, long length) throws WeightFileException {
        Bytes in = new Bytes(file, content);
        Header header = header(in);
        if (header.length() != length) {
            throw in.fault(String.format(Locale.ROOT, "is damaged: it has %d %s, but its configuration describes %d",
                    header.length(), what, length));
        }
        DataType type = DataType.valueOf(header.type().name());
        ByteBuffer values = in.toBuffer().order(ByteOrder.BIG_ENDIAN);
        long[] shape = {1, length};
        if (header.isSinglePrecision()) {
            float[] floats = new float[(int) length];
            values.asFloatBuffer().get(floats);
            return Nd4j.create(floats, shape, type);
        }
        double[] doubles = new double[(int) length];
        switch (header.type()) {
            case DOUBLE -> values.asDoubleBuffer().get(doubles);
            case HALF -> Arrays.setAll(doubles, i -> DType.halfToFloat(values.getShort(i * Short.BYTES)));
            default -> Arrays.setAll(doubles,
                    i -> Float.intBitsToFloat(values.getShort(i * Short.BYTES) << Short.SIZE));
        }
        return Nd4j.create(doubles, shape, type);
    }

    /** The array in bytes. */
    public static byte[] toBytes(INDArray array) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Nd4j.write(array, out);
        }
        return bytes.toByteArray();
    }
}
