package io.github.shufflenet4j.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file under a temporary name in the same folder, forces it to the disk and renames it, so that neither a
 * crash nor a second reader ever meets half a file.
 */
public final class AtomicFile {

    private AtomicFile() {
    }

    /** What fills the file; as {@link java.util.function.Consumer}, but it may fail to write. */
    @FunctionalInterface
    public interface IOConsumer<T> {
        void accept(T value) throws IOException;
    }

    /**
     * Writes {@code target}, replacing what was there.
     *
     * @param target the file; its folder must exist
     * @param writer fills the (buffered) stream; it may close it or not
     * @throws IOException if the folder is missing, {@code target} is a folder, or writing fails; {@code target} is
     *     then as it was before, and nothing temporary is left
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

    /**
     * As {@link #write}, for a writer that goes back to what it has written.
     *
     * @param writer fills the channel, and leaves it open
     */
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

    /** A name beside {@code target} that nobody else uses. */
    static Path temporary(Path target) {
        return target.toAbsolutePath().resolveSibling(
                target.getFileName() + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    }
}
