package io.github.shufflenet4j.weights.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

import onnx.Onnx.TensorProto;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * A tensor in an ONNX file: an initialiser, or the value of a constant. Its values stay bytes of the file until they
 * are asked for; all claims are checked against them then.
 */
final class OnnxTensor {

    private static final int EXTERNAL = 1;

    private final ProtobufMessage source;
    private final List<Bytes> values = new ArrayList<>();
    private String name = "";
    private final long[] shape;
    private int typeCode;
    private Bytes raw;
    private Tensor decoded;

    /** @throws WeightFileException if the message is damaged, or its values are in another file */
    OnnxTensor(ProtobufMessage message) throws WeightFileException {
        this.source = message;
        boolean external = false;
        List<Bytes> dimensions = new ArrayList<>();
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case TensorProto.NAME_FIELD_NUMBER -> name = message.text();
                case TensorProto.DIMS_FIELD_NUMBER -> dimensions.add(message.elements());
                case TensorProto.DATA_TYPE_FIELD_NUMBER -> typeCode = (int) message.integer();
                case TensorProto.RAW_DATA_FIELD_NUMBER -> raw = message.bytes();
                case TensorProto.FLOAT_DATA_FIELD_NUMBER, TensorProto.INT32_DATA_FIELD_NUMBER,
                        TensorProto.INT64_DATA_FIELD_NUMBER, TensorProto.DOUBLE_DATA_FIELD_NUMBER ->
                        values.add(message.elements());
                case TensorProto.DATA_LOCATION_FIELD_NUMBER -> external |= message.integer() == EXTERNAL;
                case TensorProto.EXTERNAL_DATA_FIELD_NUMBER -> {
                    external = true;
                    message.skip();
                }
                default -> message.skip();
            }
        }
        if (external) {
            throw message.fault("keeps the values of tensor '" + name + "' in another file, which is not read; save the"
                    + " model with all data in one file");
        }
        shape = dimensions(dimensions);
    }

    private long[] dimensions(List<Bytes> encoded) throws WeightFileException {
        long[] dimensions = new long[Tensor.MAX_RANK];
        int rank = 0;
        for (Bytes row : encoded) {
            while (row.remaining() > 0) {
                if (rank == dimensions.length) {
                    throw fault("has more than " + rank + " dimensions");
                }
                dimensions[rank++] = ProtobufMessage.varint(row);
            }
        }
        return Arrays.copyOf(dimensions, rank);
    }

    String name() {
        return name;
    }

    /** The dimensions that it claims, as a copy. */
    long[] shape() {
        return shape.clone();
    }

    /**
     * Its values as floats; the same object each time.
     *
     * @throws WeightFileException if it is damaged, or of a type that weights do not have
     */
    Tensor floats() throws WeightFileException {
        if (decoded == null) {
            DType type = type();
            if (!type.isFloating()) {
                throw fault("holds " + type + " where weights should be");
            }
            ByteBuffer content = content(type, count()); // which refuses shapes that no array has
            decoded = Tensor.decode(type, Tensor.shape(shape), content);
        }
        return decoded;
    }

    /**
     * Its values as integers.
     *
     * @param most how many there may be
     * @throws WeightFileException if it is damaged, has more, or does not hold int64 or int32
     */
    long[] integers(int most) throws WeightFileException {
        DType type = type();
        int count = count();
        if (type != DType.I64 && type != DType.I32 || count > most) {
            throw fault("holds " + count + " values of " + type + " where at most " + most + " integers should be");
        }
        ByteBuffer content = content(type, count);
        return LongStream.range(0, count).map(i -> type == DType.I64
                ? content.getLong((int) i * Long.BYTES) : content.getInt((int) i * Integer.BYTES)).toArray();
    }

    private DType type() throws WeightFileException {
        return DType.ofOnnx(typeCode).orElseThrow(() -> fault("is of ONNX's type " + typeCode
                + ", which is not read; save it as float32"));
    }

    /** How many values there are: no more than there are bytes. */
    private int count() throws WeightFileException {
        long count = Tensor.elements(shape);
        if (count < 0 || count > (raw != null ? raw.remaining() : length(values))) {
            throw mismatch();
        }
        return (int) count;
    }

    private static long length(List<Bytes> rows) {
        return rows.stream().mapToLong(Bytes::remaining).sum();
    }

    /** The values as {@code raw_data} has them: little-endian, as wide as their type. */
    private ByteBuffer content(DType type, int count) throws WeightFileException {
        long size = (long) count * type.size();
        if (raw != null) {
            if (raw.remaining() != size) {
                throw mismatch();
            }
            return raw.toBuffer();
        }
        boolean fixed = type == DType.F32 || type == DType.F64; // all others are written as varints
        if (size > Integer.MAX_VALUE - 8 || fixed && length(values) != size) {
            throw mismatch();
        }
        ByteBuffer content = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        for (Bytes value : values) {
            if (fixed) {
                content.put(value.toBuffer());
                continue;
            }
            Bytes row = value.again();
            while (row.remaining() > 0) {
                long element = ProtobufMessage.varint(row);
                if (content.remaining() == 0) {
                    throw mismatch();
                }
                for (int i = 0; i < type.size(); i++) {
                    content.put((byte) (element >>> Byte.SIZE * i));
                }
            }
        }
        if (content.hasRemaining()) {
            throw mismatch();
        }
        return content.flip();
    }

    private WeightFileException mismatch() {
        return fault("of shape " + Arrays.toString(shape) + " has more or fewer values than that");
    }

    private WeightFileException fault(String fault) {
        return source.fault("tensor '" + name + "' " + fault + "; fetch or export it again");
    }
}
