package io.github.shufflenet4j.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Protobuf messages within messages; each length is that of what it stands for. */
final class ProtobufFormat implements Format {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    /** @param value of a field of bytes, or as encoded */
    private record Field(int number, int type, byte[] value) {

        byte[] bytes() {
            byte[] tag = varint((long) number << 3 | type);
            return type == BYTES ? Edits.join(tag, varint(value.length), value) : Edits.join(tag, value);
        }
    }

    @Override
    public byte[] edit(byte[] message, Choices choices) {
        List<Field> fields = parse(message);
        if (fields.isEmpty()) {
            return choices.oneIn(2) ? Edits.text(message, choices) : Edits.bytes(message, choices);
        }
        int at = choices.below(fields.size());
        Field field = fields.get(at);
        switch (choices.below(8)) {
            case 0 -> Edits.list(fields, choices);
            case 1 -> fields.set(at, new Field(1 + choices.below(20), field.type, field.value));
            case 2 -> fields.add(at, new Field(1 + choices.below(20), VARINT, varint(choices.number())));
            default -> fields.set(at, new Field(field.number, field.type, switch (field.type) {
                case VARINT -> varint(choices.number());
                case BYTES -> edit(field.value, choices);
                default -> Edits.number(choices.number(), field.value.length, ByteOrder.LITTLE_ENDIAN);
            }));
        }
        return Edits.join(fields.stream().map(Field::bytes).toArray(byte[][]::new));
    }

    /** Nothing if it is no message, or has hardly room for one. */
    private static List<Field> parse(byte[] message) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < message.length) {
            int tagEnd = endOfVarint(message, at);
            long tag = varint(message, at, tagEnd);
            int start = tagEnd;
            long length = switch ((int) tag & 7) {
                case VARINT -> endOfVarint(message, start) - start;
                case FIXED64 -> 8;
                case FIXED32 -> 4;
                case BYTES -> {
                    start = endOfVarint(message, tagEnd);
                    yield varint(message, tagEnd, start);
                }
                default -> -1;
            };
            if (length < 0 || length > message.length - start || tag >>> 3 == 0 || tag >>> 3 > 1000) {
                return new ArrayList<>();
            }
            fields.add(new Field((int) (tag >>> 3), (int) tag & 7,
                    Arrays.copyOfRange(message, start, start + (int) length)));
            at = start + (int) length;
        }
        return fields;
    }

    private static int endOfVarint(byte[] bytes, int at) {
        int end = at;
        while (end < bytes.length && bytes[end] < 0) {
            end++;
        }
        return Math.min(bytes.length, end + 1);
    }

    private static long varint(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = to - 1; i >= from; i--) {
            value = value << 7 | bytes[i] & 0x7F;
        }
        return value;
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        for (; (left & ~0x7FL) != 0; left >>>= 7) {
            out.write((int) left & 0x7F | 0x80);
        }
        out.write((int) left);
        return out.toByteArray();
    }
}
