package io.github.shufflenet4j.weights.onnx;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * The fields of a <a href="https://protobuf.dev/programming-guides/encoding">protobuf</a> message, found in one pass
 * and decoded when asked for. Of a field that is not repeated the last value counts, as in protobuf.
 *
 * <p>Generated classes build an object for each message of a file before anyone can look at it, some fifty bytes for
 * two in the file. Here the number of fields of a file is limited, and their values stay bytes of the file.
 */
final class ProtobufMessage {

    /** Twenty times the fields of an export of the largest ShuffleNet V2 with every shape computed by nodes. */
    private static final int MAX_FIELDS = 500_000;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final int MAX_VARINT_BYTES = 10;

    private final Bytes in;
    private final int[] fieldCount;
    private final List<Field> fields = new ArrayList<>();

    private record Field(int number, int wireType, Bytes value) {
    }

    /** @param fieldCount the fields read of the file, shared by all of its messages */
    private ProtobufMessage(Bytes in, int[] fieldCount) throws WeightFileException {
        this.in = in;
        this.fieldCount = fieldCount;
        while (in.remaining() > 0) {
            in.throwIf(++fieldCount[0] > MAX_FIELDS, "has more than %s protobuf fields, which no ShuffleNet V2 needs",
                    MAX_FIELDS);
            long tag = varint(in);
            if (tag >>> 3 == 0 || tag >>> 3 > Integer.MAX_VALUE >>> 2) {
                throw damaged(in);
            }
            int wireType = (int) tag & 7;
            Bytes ahead = in.again();
            fields.add(new Field((int) (tag >>> 3), wireType, switch (wireType) {
                case VARINT -> {
                    varint(ahead);
                    yield in.take(in.remaining() - ahead.remaining());
                }
                case FIXED64 -> in.take(Long.BYTES);
                case FIXED32 -> in.take(Integer.BYTES);
                case LENGTH_DELIMITED -> in.take(varint(in));
                default -> throw damaged(in);
            }));
        }
    }

    static ProtobufMessage of(Bytes in) throws WeightFileException {
        return new ProtobufMessage(in, new int[1]);
    }

    boolean has(int number) {
        return fields.stream().anyMatch(field -> field.number == number);
    }

    /** An integer or enumeration; 0 if absent. */
    long integer(int number) throws WeightFileException {
        Bytes value = last(number, VARINT);
        return value == null ? 0 : varint(value);
    }

    /** A single-precision number; 0 if absent. */
    float number(int number) throws WeightFileException {
        Bytes value = last(number, FIXED32);
        return value == null ? 0 : Float.intBitsToFloat(value.signedInt());
    }

    /** Text; empty if absent. */
    String text(int number) throws WeightFileException {
        Bytes value = bytes(number);
        return value == null ? "" : text(value);
    }

    /** Bytes, without a copy; null if absent. */
    Bytes bytes(int number) throws WeightFileException {
        return last(number, LENGTH_DELIMITED);
    }

    /** A message; null if absent. */
    ProtobufMessage message(int number) throws WeightFileException {
        Bytes value = bytes(number);
        return value == null ? null : new ProtobufMessage(value, fieldCount);
    }

    List<String> texts(int number) throws WeightFileException {
        List<String> texts = new ArrayList<>();
        for (Field field : all(number)) {
            texts.add(text(require(field, LENGTH_DELIMITED)));
        }
        return texts;
    }

    List<ProtobufMessage> messages(int number) throws WeightFileException {
        List<ProtobufMessage> messages = new ArrayList<>();
        for (Field field : all(number)) {
            messages.add(new ProtobufMessage(require(field, LENGTH_DELIMITED), fieldCount));
        }
        return messages;
    }

    /** The values of a repeated field of numbers as they are encoded, each alone or several packed. */
    List<Bytes> elements(int number) {
        return all(number).stream().map(field -> field.value.again()).toList();
    }

    /** The values of a repeated field of at most {@code max} integers, called {@code name} in messages. */
    long[] integers(int number, int max, String name) throws WeightFileException {
        List<Long> integers = new ArrayList<>();
        for (Bytes row : elements(number)) {
            while (row.remaining() > 0) {
                in.throwIf(integers.size() == max, "%s has more than %s elements, which no ShuffleNet V2 needs", name,
                        max);
                integers.add(varint(row));
            }
        }
        return integers.stream().mapToLong(Long::longValue).toArray();
    }

    /** The next of a row of integers. */
    static long varint(Bytes in) throws WeightFileException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = in.unsignedByte();
            value |= (long) (next & 0x7f) << 7 * i;
            if (next < 0x80) {
                return value;
            }
        }
        throw damaged(in);
    }

    private List<Field> all(int number) {
        return fields.stream().filter(field -> field.number == number).toList();
    }

    private Bytes last(int number, int wireType) throws WeightFileException {
        List<Field> all = all(number);
        return all.isEmpty() ? null : require(all.get(all.size() - 1), wireType);
    }

    private static String text(Bytes value) throws WeightFileException {
        return value.text(value.remaining(), StandardCharsets.UTF_8);
    }

    private Bytes require(Field field, int wireType) throws WeightFileException {
        if (field.wireType != wireType) {
            throw damaged(in);
        }
        return field.value.again();
    }

    private static WeightFileException damaged(Bytes in) {
        return in.fault("is a damaged ONNX file; fetch or save it again");
    }

    WeightFileException fault(String fault) {
        return in.fault(fault);
    }

    void throwIf(boolean wrong, String fault, Object... values) throws WeightFileException {
        in.throwIf(wrong, fault, values);
    }
}
