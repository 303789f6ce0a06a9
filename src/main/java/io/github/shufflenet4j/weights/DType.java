package io.github.shufflenet4j.weights;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The element types of weight files, with their names in four formats; constants are named as in safetensors. All are
 * read as float: doubles and integers of more than 24 bits are rounded.
 */
public enum DType {
    F16("HalfStorage", "<f2", 2, 10, (bytes, at) -> halfToFloat(bytes.getShort(at))),
    BF16("BFloat16Storage", "", 2, 16, (bytes, at) -> Float.intBitsToFloat(bytes.getShort(at) << 16)),
    F32("FloatStorage", "<f4", 4, 1, ByteBuffer::getFloat),
    F64("DoubleStorage", "<f8", 8, 11, (bytes, at) -> (float) bytes.getDouble(at)),
    I64("LongStorage", "<i8", 8, 7, ByteBuffer::getLong),
    I32("IntStorage", "<i4", 4, 6, ByteBuffer::getInt),
    I16("ShortStorage", "<i2", 2, 5, ByteBuffer::getShort),
    I8("CharStorage", "|i1", 1, 3, ByteBuffer::get),
    U8("ByteStorage", "|u1", 1, 2, (bytes, at) -> bytes.get(at) & 0xff),
    BOOL("BoolStorage", "|b1", 1, 9, (bytes, at) -> bytes.get(at) == 0 ? 0 : 1);

    /** Batch norm's number of training steps, needed for a cumulative average only. */
    static final String COUNTER_SUFFIX = ".num_batches_tracked";

    private final String torchStorage;
    private final String npy;
    private final int size;
    private final int onnx;
    private final Element element;

    DType(String torchStorage, String npy, int size, int onnx, Element element) {
        this.torchStorage = torchStorage;
        this.npy = npy;
        this.size = size;
        this.onnx = onnx;
        this.element = element;
    }

    private interface Element {
        float read(ByteBuffer bytes, int at);
    }

    /** Bytes for each element. */
    public int size() {
        return size;
    }

    /** The name of its storage class in the Python module {@code torch}. */
    public String torchStorage() {
        return torchStorage;
    }

    /** The type of this key in a state dict: I64 for the counters of batch norm, else F32. */
    public static DType inStateDict(String key) {
        return key.endsWith(COUNTER_SUFFIX) ? I64 : F32;
    }

    /** Whether weights may be of this type. */
    public boolean isFloating() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /** The element that starts at byte {@code at} of a buffer, in its byte order. */
    public float read(ByteBuffer bytes, int at) {
        return element.read(bytes, at);
    }

    /** Fills an array with the elements from the first byte of a buffer of any byte order. */
    public void read(ByteBuffer bytes, float[] values) {
        if (this == F32) {
            bytes.slice(0, values.length * size).order(bytes.order()).asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = read(bytes, i * size);
            }
        }
    }

    /** Appends an element to a little-endian buffer; this is F16, F32 or I64, the types that are written. */
    void write(ByteBuffer bytes, float value) {
        switch (this) {
            case F16 -> bytes.putShort(floatToHalf(value));
            case F32 -> bytes.putFloat(value);
            case I64 -> bytes.putLong((long) value);
            default -> throw new IllegalArgumentException(this + " is not written");
        }
    }

    /** By its name in a safetensors header. */
    public static Optional<DType> ofSafetensors(String name) {
        return find(type -> type.name().equals(name));
    }

    /** By the name of its storage class in the Python module {@code torch}. */
    public static Optional<DType> ofTorchStorage(String name) {
        return find(type -> type.torchStorage.equals(name));
    }

    /** By NumPy's {@code descr}. */
    public static Optional<DType> ofNpy(String descr) {
        return find(type -> type.npy.equals(descr) && !descr.isEmpty());
    }

    /** By ONNX's {@code TensorProto.DataType}. */
    public static Optional<DType> ofOnnx(int code) {
        return find(type -> type.onnx == code);
    }

    private static Optional<DType> find(Predicate<DType> condition) {
        return Stream.of(values()).filter(condition).findFirst();
    }

    /** IEEE 754 binary16, to nearest, ties to even; {@code Float.floatToFloat16} comes with Java 20. */
    public static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        int half;
        if (magnitude > 0x7f800000) {
            half = 0x7e00 | magnitude >>> 13 & 0x1ff; // a quiet NaN with what fits of the other's bits
        } else if (magnitude < 0x38800000) { // 2^-14, below which halves are multiples of 2^-24: so is 0.5f's last bit
            half = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - Float.floatToRawIntBits(0.5f);
        } else {
            int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1) >>> 13; // which may carry into the exponent
            half = Math.min(rounded - (127 - 15 << 10), 0x7c00);
        }
        return (short) (sign | half);
    }

    /** IEEE 754 binary16; {@code Float.float16ToFloat} comes with Java 20. */
    public static float halfToFloat(short half) {
        int bits = half & 0x7fff;
        float magnitude;
        if (bits < 0x0400) {
            magnitude = bits * 0x1p-24f; // zero and subnormals
        } else {
            int bias = bits < 0x7c00 ? 127 - 15 : 255 - 31; // infinities and NaN keep an exponent of all ones
            magnitude = Float.intBitsToFloat((bits << 13) + (bias << 23));
        }
        return half < 0 ? -magnitude : magnitude;
    }
}
