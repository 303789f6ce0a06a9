package io.github.shufflenet4j.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.Summary;

class EventFileTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_600_000_000_250L), ZoneOffset.UTC);

    /** An event, as its fields say. */
    private record Event(double time, long step, String version, Summary summary, byte[] session) {
    }

    /** Bit by bit, from the polynomial: nothing that the writer uses. */
    private static int crc32c(byte[] bytes) {
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

    private static List<Event> read(Path file) throws Exception {
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

    private static Event event(CodedInputStream in) throws Exception {
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

    @Test
    void theChecksumOfThisTestIsTheKnownOne() {
        // RFC 3720, B.4, and the usual check value.
        assertThat(crc32c("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
        assertThat(crc32c(new byte[32])).isEqualTo(0x8a9136aa);
    }

    @Test
    void recordsComeBack(@TempDir Path folder) throws Exception {
        EventFile events = EventFile.begin(folder.resolve("tensorboard"), 1, CLOCK);
        events.scalars(31, Map.of("loss/train", 1.5));
        events.scalars(62, Map.of("accuracy/top1", 80.25));
        assertThat(events.file()).hasFileName("events.out.tfevents.1600000000.shufflenet4j");
        List<Event> read = read(events.file());
        assertThat(read).hasSize(4).allSatisfy(event -> assertThat(event.time()).isEqualTo(1_600_000_000.25));
        assertThat(read.get(0).version()).isEqualTo("brain.Event:2");
        assertThat(read.get(1).session()).containsExactly(8, 1);
        assertThat(read).extracting(Event::step).containsExactly(0L, 1L, 31L, 62L);
        assertThat(read.get(2).summary().getValue(0).getTag()).isEqualTo("loss/train");
        assertThat(read.get(2).summary().getValue(0).getSimpleValue()).isEqualTo(1.5f);
        assertThat(read.get(3).summary().getValue(0).getSimpleValue()).isEqualTo(80.25f);
    }

    @Test
    void beginsAsFilesOfTensorFlowDo(@TempDir Path folder) throws Exception {
        byte[] bytes = Files.readAllBytes(EventFile.begin(folder, 1, CLOCK).file());
        // The length 24, its checksum, and the tag of the time: the first bytes of every such file.
        assertThat(bytes).startsWith(0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22, 0x09);
        assertThat(new String(bytes, 21, 15, StandardCharsets.US_ASCII)).isEqualTo("\u001a\rbrain.Event:2");
    }

    @Test
    void aRunThatGoesOnWritesTheNextFile(@TempDir Path folder) throws Exception {
        EventFile first = EventFile.begin(folder, 1, CLOCK);
        first.scalars(31, Map.of("a", 1.0));
        byte[] before = Files.readAllBytes(first.file());
        EventFile second = EventFile.begin(folder, 32, CLOCK);
        assertThat(second.file().getFileName().toString()).isGreaterThan(first.file().getFileName().toString());
        assertThat(Files.readAllBytes(first.file())).isEqualTo(before);
        assertThat(read(second.file()).get(1).step()).isEqualTo(32);
    }
}
