package io.github.shufflenet4j.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.Summary;

/** Reads what {@link EventFile} writes. */
public final class EventFiles {

    private EventFiles() {
    }

    /**
     * The values of a folder by tag and step, as TensorBoard shows them: a file that starts a session replaces what
     * earlier ones say of its first step and later ones. Asserts that no step comes twice.
     */
    public static Map<String, SortedMap<Long, Float>> curves(Path folder) throws IOException {
        Map<String, SortedMap<Long, Float>> curves = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.sorted().toList();
        }
        for (Path file : files) {
            for (Event event : read(file)) {
                if (event.session() != null) {
                    curves.values().forEach(curve -> curve.tailMap(event.step()).clear());
                }
                if (event.summary() != null) {
                    event.summary().getValueList().forEach(value -> assertThat(
                            curves.computeIfAbsent(value.getTag(), tag -> new TreeMap<>())
                                    .put(event.step(), value.getSimpleValue())).as(value.getTag()).isNull());
                }
            }
        }
        return curves;
    }

    /** An event, as its fields say. */
    public record Event(double time, long step, String version, Summary summary, byte[] session) {
    }

    /** Bit by bit, from the polynomial: nothing that the writer uses. */
    static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte one : bytes) {
            crc ^= one & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        return ~crc;
    }

    private static int masked(byte[] bytes) {
        int crc = crc32c(bytes);
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    /** The events of a file, whose checksums it asserts. */
    public static List<Event> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            events.add(event(CodedInputStream.newInstance(data)));
        }
        return events;
    }

    private static Event event(CodedInputStream in) throws IOException {
        double time = 0;
        long step = 0;
        String version = null;
        Summary summary = null;
        byte[] session = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> time = in.readDouble();
                case 2 -> step = in.readInt64();
                case 3 -> version = in.readString();
                case 5 -> summary = Summary.parseFrom(in.readByteArray());
                case 7 -> session = in.readByteArray();
                default -> throw new AssertionError("field " + WireFormat.getTagFieldNumber(tag));
            }
        }
        return new Event(time, step, version, summary, session);
    }
}
