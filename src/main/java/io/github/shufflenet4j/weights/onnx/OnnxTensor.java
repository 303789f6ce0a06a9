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
 * A tensor in an ONNX file: an initializer, or the value of a constant. Its values stay bytes of the file until they
 * are asked for; the size and type that it claims are checked against them then.
 */
final class OnnxTensor {

    private static final int EXTERNAL = 1;

    private final ProtobufMessage message;
    private final String name;
    private final long[] shape;
    private final int typeCode;
    /** The values in the one field of all types; null if they are in the field of their type. */
    private final Bytes raw;
    private final List<Bytes> values = new ArrayList<>();
    private Tensor decoded;

    /** @throws WeightFileException if the message is damaged, or its values are in another file */
    OnnxTensor(ProtobufMessage message) throws WeightFileException {
        this.message = message;
        this.name = message.text(TensorProto.NAME_FIELD_NUMBER);
        message.throwIf(message.has(TensorProto.EXTERNAL_DATA_FIELD_NUMBER)
                || message.integer(TensorProto.DATA_LOCATION_FIELD_NUMBER) == EXTERNAL,
                "keeps the values of tensor '%s' in another file, which is not read; save the model with all data in"
                + " one file", name);
        this.shape = message.integers(TensorProto.DIMS_FIELD_NUMBER, Tensor.MAX_RANK, "shape of tensor '" + name + "'");
        this.typeCode = (int) message.integer(TensorProto.DATA_TYPE_FIELD_NUMBER);
        this.raw = message.bytes(TensorProto.RAW_DATA_FIELD_NUMBER);
        for (int field : List.of(TensorProto.FLOAT_DATA_FIELD_NUMBER, TensorProto.INT32_DATA_FIELD_NUMBER,
                TensorProto.INT64_DATA_FIELD_NUMBER, TensorProto.DOUBLE_DATA_FIELD_NUMBER)) {
            values.addAll(message.elements(field));
        }
    }

    String name() {
        return name;
    }

    long[] shape() {
        return shape.clone();
    }

    /** @throws WeightFileException if it is damaged, or of a type that weights do not have */
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

    /** @throws WeightFileException if it is damaged, or does not hold at most {@code max} int64 or int32 */
    long[] integers(int max) throws WeightFileException {
        DType type = type();
        int count = count();
        if (type != DType.I64 && type != DType.I32 || count > max) {
            throw fault("holds " + count + " values of " + type + " where at most " + max + " integers should be");
        }
        ByteBuffer content = content(type, count);
        return LongStream.range(0, count).map(i -> type == DType.I64
                ? content.getLong((int) i * Long.BYTES) : content.getInt((int) i * Integer.BYTES)).toArray();
    }

    private DType type() throws WeightFileException {
        return DType.ofOnnx(typeCode).orElseThrow(() -> fault("is of ONNX's type " + typeCode
                + ", which is not read; save it as float32"));
    }

    /** The number of values, which is no more than that of their bytes. */
    private int count() throws WeightFileException {
        long count = Tensor.elements(shape);
        mismatchIf(count < 0 || count > (raw != null ? raw.remaining() : encodedLength()));
        return (int) count;
    }

    private long encodedLength() {
        return values.stream().mapToLong(Bytes::remaining).sum();
    }

    /** The values as {@code raw_data} has them: little-endian, as wide as their type. */
    private ByteBuffer content(DType type, int count) throws WeightFileException {
        long size = (long) count * type.size();
        boolean fixed = type == DType.F32 || type == DType.F64; // all others are written as varints
        mismatchIf(size > Integer.MAX_VALUE - 8 || raw != null && raw.remaining() != size
                || raw == null && fixed && encodedLength() != size);
        if (raw != null) {
            return raw.toBuffer();
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
                mismatchIf(content.remaining() == 0);
                for (int i = 0; i < type.size(); i++) {
                    content.put((byte) (element >>> Byte.SIZE * i));
                }
            }
        }
        mismatchIf(content.hasRemaining());
        return content.flip();
    }

    private void mismatchIf(boolean wrong) throws WeightFileException {
        if (wrong) {
            throw fault("of shape " + Arrays.toString(shape) + " has more or fewer values than that");
        }
    }

    private WeightFileException fault(String fault) {
        return message.fault("tensor '" + name + "' " + fault + "; fetch or export it again");
    }
}
