package io.github.shufflenet4j.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_600_000_000_250L), ZoneOffset.UTC);

    @Test
    void theChecksumOfThisTestIsTheKnownOne() {
        // RFC 3720, B.4, and the usual check value.
        assertThat(EventFiles.crc32c("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
        assertThat(EventFiles.crc32c(new byte[32])).isEqualTo(0x8a9136aa);
    }

    @Test
    void recordsComeBack(@TempDir Path folder) throws Exception {
        EventFile events = EventFile.begin(folder.resolve("tensorboard"), 1, CLOCK);
        events.scalars(31, Map.of("loss/train", 1.5));
        events.scalars(62, Map.of("accuracy/top1", 80.25));
        assertThat(events.file()).hasFileName("events.out.tfevents.1600000000.shufflenet4j");
        List<EventFiles.Event> read = EventFiles.read(events.file());
        assertThat(read).hasSize(4).allSatisfy(event -> assertThat(event.time()).isEqualTo(1_600_000_000.25));
        assertThat(read.get(0).version()).isEqualTo("brain.Event:2");
        assertThat(read.get(1).session()).containsExactly(8, 1);
        assertThat(read).extracting(EventFiles.Event::step).containsExactly(0L, 1L, 31L, 62L);
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
        assertThat(EventFiles.read(second.file()).get(1).step()).isEqualTo(32);
    }
}
