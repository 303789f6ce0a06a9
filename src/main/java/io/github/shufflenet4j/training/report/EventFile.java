package io.github.shufflenet4j.training.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * Scalars by step, in TensorFlow's format: records (length, its checksum, data, their checksum), each an
 * <a href="https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto">Event</a>
 * message. TensorBoard can read the file while it grows, and ignores a truncated record.
 */
public final class EventFile {

    private static final String VERSION = "brain.Event:2";

    /** Fields of {@code Event}. */
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    /** A {@code SessionLog} message whose field 1, the status, is START. */
    private static final byte[] SESSION_START = {1 << 3, 1};

    private static final int CRC_MASK = 0xa282ead8;

    private final Path file;
    private final Clock clock;

    /** Content of an event beside its time. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private EventFile(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * Starts a file in a folder, which TensorBoard reads as the continuation of those already there.
     *
     * @param folder created if missing
     * @param step   first step of this file; TensorBoard ignores earlier files from it on
     * @throws IOException if the file cannot be written
     */
    public static EventFile begin(Path folder, long step) throws IOException {
        return begin(folder, step, Clock.systemUTC());
    }

    static EventFile begin(Path folder, long step, Clock clock) throws IOException {
        Files.createDirectories(folder);
        EventFile events = new EventFile(create(folder, clock.instant().getEpochSecond()), clock);
        events.append(out -> out.writeString(FILE_VERSION, VERSION));
        events.append(out -> {
            out.writeInt64(STEP, step);
            out.writeByteArray(SESSION_LOG, SESSION_START);
        });
        return events;
    }

    /** TensorBoard reads a folder's files in the order of their names, which begin with the time. */
    private static Path create(Path folder, long second) throws IOException {
        Path file = folder.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.shufflenet4j", second));
        try {
            return Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            return create(folder, second + 1);
        }
    }

    public Path file() {
        return file;
    }

    /**
     * Appends values at a step.
     *
     * @param values by tag, such as {@code loss/train}; TensorBoard groups them by the part before the slash
     * @throws IOException if the file cannot be written
     */
    public void scalars(long step, Map<String, Double> values) throws IOException {
        Summary.Builder summary = Summary.newBuilder();
        values.forEach((tag, value) -> summary.addValueBuilder().setTag(tag).setSimpleValue(value.floatValue()));
        append(out -> {
            out.writeInt64(STEP, step);
            out.writeMessage(SUMMARY, summary.build());
        });
    }

    private void append(Fields fields) throws IOException {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(event);
        out.writeDouble(WALL_TIME, clock.millis() / 1e3);
        fields.write(out);
        out.flush();
        Files.write(file, record(event.toByteArray()), StandardOpenOption.APPEND);
    }

    private static byte[] record(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + data.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, Long.BYTES));
        record.put(data);
        record.putInt(maskedCrc(data, 0, data.length));
        return record.array();
    }

    /** TensorFlow's masked CRC-32C. */
    private static int maskedCrc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }
}
