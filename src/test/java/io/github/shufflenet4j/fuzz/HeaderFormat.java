package io.github.shufflenet4j.fuzz;

import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A header of text that comes after its length, and data after it: safetensors and {@code .npy}.
 *
 * @param at    where the length is
 * @param width of the length, little-endian
 */
record HeaderFormat(int at, int width) implements Format {

    @Override
    public byte[] edit(byte[] file, Choices choices) {
        int start = at + width;
        long length = file.length < start ? -1 : Edits.number(file, at, width, ByteOrder.LITTLE_ENDIAN);
        if (length < 0 || length > file.length - start) {
            return Edits.bytes(file, choices);
        }
        int end = start + (int) length;
        byte[] before = Arrays.copyOf(file, at);
        byte[] header = Arrays.copyOfRange(file, start, end);
        byte[] data = Arrays.copyOfRange(file, end, file.length);
        boolean ofHeader = !choices.oneIn(6);
        header = ofHeader ? Edits.text(header, choices) : header;
        return Edits.join(before, Edits.number(header.length, width, ByteOrder.LITTLE_ENDIAN), header,
                ofHeader ? data : Edits.bytes(data, choices));
    }
}
