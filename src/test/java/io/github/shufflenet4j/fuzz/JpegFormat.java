package io.github.shufflenet4j.fuzz;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The segments of JPEG files: a marker, and for most a length and data; image data follows the last. */
final class JpegFormat implements Format {

    private static final int START_OF_SCAN = 0xDA;

    private record Segment(int marker, byte[] data) {

        byte[] bytes() {
            return Edits.join(new byte[] {-1, (byte) marker},
                    Edits.number(data.length + 2L, 2, ByteOrder.BIG_ENDIAN), data);
        }
    }

    @Override
    public byte[] edit(byte[] file, Choices choices) {
        List<Segment> segments = new ArrayList<>();
        int at = 2;
        while (at + 4 <= file.length && file[at] == -1
                && (segments.isEmpty() || segments.get(segments.size() - 1).marker != START_OF_SCAN)) {
            int length = (int) Edits.number(file, at + 2, 2, ByteOrder.BIG_ENDIAN);
            if (length < 2 || at + 2 + length > file.length) {
                break;
            }
            segments.add(new Segment(file[at + 1] & 0xFF, Arrays.copyOfRange(file, at + 4, at + 2 + length)));
            at += 2 + length;
        }
        byte[] image = Arrays.copyOfRange(file, Math.min(at, file.length), file.length);
        if (segments.isEmpty() || choices.oneIn(4)) {
            return Edits.join(Arrays.copyOf(file, Math.min(at, file.length)), Edits.bytes(image, choices));
        }
        int chosen = choices.below(segments.size());
        Segment segment = segments.get(chosen);
        switch (choices.below(5)) {
            case 0 -> Edits.list(segments, choices);
            case 1 -> segments.set(chosen, new Segment(0xC0 + choices.below(0x40), segment.data));
            default -> segments.set(chosen, new Segment(segment.marker, Edits.bytes(segment.data, choices)));
        }
        byte[] head = Edits.join(segments.stream().map(Segment::bytes).toArray(byte[][]::new));
        return Edits.join(Arrays.copyOf(file, 2), head, image);
    }
}
