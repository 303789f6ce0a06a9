package io.github.shufflenet4j.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file under a temporary name in the same folder, forces it to the disk and renames it, so that no crash
 * leaves, and no reader sees, an incomplete file.
 */
public final class AtomicFile {

    private AtomicFile() {
    }

    /** A {@link java.util.function.Consumer} that may throw {@link IOException}. */
    @FunctionalInterface
    public interface IOConsumer<T> {
        void accept(T value) throws IOException;
    }

    /**
     * Writes or replaces {@code target}.
     *
     * @param target its folder must exist
     * @param writer writes to a buffered stream, which it may close
     * @throws IOException if the folder is missing, {@code target} is a folder, or writing fails; {@code target} is
     *     then unchanged
     */
    public static void write(Path target, IOConsumer<? super OutputStream> writer) throws IOException {
        writeChannel(target, channel -> {
            // A writer that closes its stream, as those of zips do, must not keep the file from being forced.
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16) {
                @Override
                public void close() throws IOException {
                    flush();
                }
            };
            writer.accept(out);
            out.flush();
        });
    }

    /** As {@link #write}, for text in UTF-8. */
    public static void writeText(Path target, String text) throws IOException {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** As {@link #write}, with random access; the writer leaves the channel open. */
    public static void writeChannel(Path target, IOConsumer<? super FileChannel> writer) throws IOException {
        WriteCheck.requireFile(target);
        // Not Files.createTempFile: its files are readable by their owner alone, and the rename would keep that.
        Path temporary = temporary(target);
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                writer.accept(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** An unused name beside {@code target}. */
    static Path temporary(Path target) {
        return target.toAbsolutePath().resolveSibling(
                target.getFileName() + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    }
}
