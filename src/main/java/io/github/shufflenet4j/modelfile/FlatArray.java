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
import java.util.Map;
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

    /** Maximum length of the header, in bytes. */
    private static final long MAX_HEADER_BYTES = 4096;

    /** Length of the shape information of an array of rank 32, ND4J's maximum. */
    private static final int MAX_SHAPE_LENGTH = 2 * 32 + 4;
    private static final int MAX_NAME_LENGTH = 32;
    private static final float MAX_HALF = 65504;
    /** Older modes have lengths of four bytes; no model file of this library does. */
    private static final Set<String> ALLOCATION_MODES = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

    private FlatArray() {
    }

    /** Types of the values by ND4J's names. */
    private static final Map<String, DType> TYPES =
            Map.of("FLOAT", DType.F32, "DOUBLE", DType.F64, "HALF", DType.F16, "BFLOAT16", DType.BF16);

    /** The type and number of the values. */
    record Header(DType type, long length) {

        boolean isSinglePrecision() {
            return type == DType.F32;
        }
    }

    /** Reads up to the values, all of which are there. */
    static Header header(Bytes in) throws WeightFileException {
        long shapeLength = length(in);
        String shapeType = name(in);
        in.throwIf(!shapeType.equals("LONG") || shapeLength < 0 || shapeLength > MAX_SHAPE_LENGTH,
                "is damaged: an array in it has %s numbers of type %s for a shape", shapeLength, shapeType);
        in.take(shapeLength * Long.BYTES);
        long length = length(in);
        String name = name(in);
        DType type = TYPES.get(name);
        in.throwIf(type == null, "holds an array of type %s, which parameters are never of", name);
        in.throwIf(length < 0 || length > Integer.MAX_VALUE - 8 || length * type.size() != in.remaining(),
                "is damaged: it announces %s values of type %s in %s bytes", length, name, in.remaining());
        return new Header(type, length);
    }

    private static long length(Bytes in) throws WeightFileException {
        String mode = name(in);
        in.throwIf(!ALLOCATION_MODES.contains(mode), "is damaged: an array in it has the allocation mode '%s'", mode);
        return Long.reverseBytes(in.signedLong());
    }

    private static String name(Bytes in) throws WeightFileException {
        int length = Short.toUnsignedInt(Short.reverseBytes((short) in.unsignedShort()));
        in.throwIf(length > MAX_NAME_LENGTH, "is damaged: %s characters stand where an array should begin", length);
        return in.text(length, StandardCharsets.US_ASCII);
    }

    /** Maximum number of bytes that an array of {@code length} values takes. */
    static long maxBytes(long length) {
        return Math.addExact(Math.multiplyExact(length, Double.BYTES), MAX_HEADER_BYTES);
    }

    /**
     * Reads an array.
     *
     * @param file   for messages
     * @param what   plural name of the values, for messages
     * @param length number of values that there must be
     * @return an array of shape [1, length]
     * @throws WeightFileException if the content is no such array
     */
    public static INDArray read(Path file, String what, byte[] content, long length) throws WeightFileException {
        Bytes in = new Bytes(file, content);
        Header header = header(in);
        requireLength(file, what, header.length(), length);
        ByteBuffer values = in.toBuffer().order(ByteOrder.BIG_ENDIAN);
        long[] shape = {1, length};
        if (header.isSinglePrecision()) {
            float[] floats = new float[(int) length];
            header.type().read(values, floats);
            return Nd4j.create(floats, shape, DataType.FLOAT);
        }
        double[] doubles = new double[(int) length];
        if (header.type() == DType.F64) {
            values.asDoubleBuffer().get(doubles);
            return Nd4j.create(doubles, shape, DataType.DOUBLE);
        }
        Arrays.setAll(doubles, i -> header.type().read(values, i * Short.BYTES));
        return Nd4j.create(doubles, shape, header.type() == DType.F16 ? DataType.HALF : DataType.BFLOAT16);
    }

    /** Values as {@link #read} gives them. */
    static INDArray row(Path file, String what, float[] values, long length) throws WeightFileException {
        requireLength(file, what, values.length, length);
        return Nd4j.create(values, new long[] {1, length}, DataType.FLOAT);
    }

    private static void requireLength(Path file, String what, long actual, long expected) throws WeightFileException {
        WeightFileException.throwIf(actual != expected, file, String.format(Locale.ROOT,
                "is damaged: it has %d %s, but its configuration describes %d", actual, what, expected));
    }

    /** All values of an array, rounded or widened to single precision. */
    static float[] readFloats(Bytes in) throws WeightFileException {
        Header header = header(in);
        float[] floats = new float[(int) header.length()];
        header.type().read(in.toBuffer().order(ByteOrder.BIG_ENDIAN), floats);
        return floats;
    }

    /**
     * An array of shape [1, length] in half precision, in bytes. Values beyond its range become the largest in it, so
     * that who reads nothing else has a network that computes.
     */
    static byte[] halves(float[] values) throws IOException {
        byte[] bytes = toBytes(Nd4j.zeros(DataType.HALF, 1, values.length));
        int at = bytes.length - values.length * DType.F16.size();
        ByteBuffer halves = ByteBuffer.wrap(bytes, at, bytes.length - at);
        for (float value : values) {
            boolean finite = Float.isFinite(value);
            halves.putShort(DType.floatToHalf(finite ? Math.max(-MAX_HALF, Math.min(MAX_HALF, value)) : value));
        }
        return bytes;
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
