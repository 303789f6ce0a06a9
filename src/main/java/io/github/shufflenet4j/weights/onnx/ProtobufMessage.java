package io.github.shufflenet4j.weights.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * The fields of a <a href="https://protobuf.dev/programming-guides/encoding">protobuf</a> message, one after the other.
 *
 * <p>Generated classes build an object for each message of a file before anyone can look at it, some fifty bytes for
 * two in the file. Here nothing is copied or built but what the caller asks for, and the number of fields is limited.
 */
final class ProtobufMessage {

    /** Twenty times what an export of the largest ShuffleNet V2 has, with every shape computed by nodes. */
    private static final int MOST_FIELDS = 500_000;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final int LONGEST_VARINT = 10;

    private final Bytes in;
    private final FieldCount count;
    private int wireType;

    /** Shared by all messages of a file. */
    private static final class FieldCount {
        private int fields;
    }

    private ProtobufMessage(Bytes in, FieldCount count) {
        this.in = in;
        this.count = count;
    }

    /** The message that {@code in} holds. */
    static ProtobufMessage of(Bytes in) {
        return new ProtobufMessage(in, new FieldCount());
    }

    /** Number of the next field, whose value must be taken or skipped; 0 at the end. */
    int next() throws WeightFileException {
        if (in.remaining() == 0) {
            return 0;
        }
        if (++count.fields > MOST_FIELDS) {
            throw in.fault("has more than " + MOST_FIELDS + " protobuf fields, which no ShuffleNet V2 needs");
        }
        long tag = varint(in);
        wireType = (int) tag & 7;
        if (tag >>> 3 == 0 || tag >>> 3 > Integer.MAX_VALUE >>> 2) {
            throw damaged();
        }
        return (int) (tag >>> 3);
    }

    /** The value of an integer or enumeration field. */
    long integer() throws WeightFileException {
        require(VARINT);
        return varint(in);
    }

    /** The value of a single-precision field. */
    float number() throws WeightFileException {
        require(FIXED32);
        return Float.intBitsToFloat(in.signedInt());
    }

    /** The value of a field of bytes, without a copy. */
    Bytes bytes() throws WeightFileException {
        require(LENGTH_DELIMITED);
        return in.take(varint(in));
    }

    /** The value of a text field. */
    String text() throws WeightFileException {
        Bytes bytes = bytes();
        return bytes.text(bytes.remaining(), StandardCharsets.UTF_8);
    }

    /** The value of a field that is a message. */
    ProtobufMessage message() throws WeightFileException {
        return new ProtobufMessage(bytes(), count);
    }

    /** One or, packed, many values of a repeated field of numbers, as they are encoded. */
    Bytes elements() throws WeightFileException {
        return switch (wireType) {
            case VARINT -> in.take(varintLength());
            case FIXED64 -> in.take(Long.BYTES);
            case FIXED32 -> in.take(Integer.BYTES);
            default -> bytes();
        };
    }

    /** Passes over the value of a field. */
    void skip() throws WeightFileException {
        elements();
    }

    /** The next of a row of integers. */
    static long varint(Bytes in) throws WeightFileException {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int next = in.unsignedByte();
            value |= (long) (next & 0x7f) << 7 * i;
            if (next < 0x80) {
                return value;
            }
        }
        throw damaged(in);
    }

    private int varintLength() {
        ByteBuffer ahead = in.toBuffer();
        int length = 0;
        while (ahead.hasRemaining() && length < LONGEST_VARINT) {
            length++;
            if (ahead.get() >= 0) {
                break;
            }
        }
        return length;
    }

    private void require(int type) throws WeightFileException {
        if (wireType != type) {
            throw damaged();
        }
    }

    WeightFileException damaged() {
        return damaged(in);
    }

    private static WeightFileException damaged(Bytes in) {
        return in.fault("is a damaged ONNX file; fetch or save it again");
    }

    WeightFileException fault(String fault) {
        return in.fault(fault);
    }
}
