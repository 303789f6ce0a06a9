package io.github.shufflenet4j.io.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import io.github.shufflenet4j.io.AtomicFile;

/**
 * What has come of a download: {@code NAME.part}, which nobody takes for the file, and {@code NAME.part.tag}, which
 * says by the server's own mark of which version it is. Only bytes of the same version are ever put together.
 */
final class PartialFile {

    private final Path target;
    private final Path content;
    private final Path tag;
    private final Opener opener;

    /** Opens the file for the bytes that come; a seam for tests, which have no full disk. */
    @FunctionalInterface
    interface Opener {
        WritableByteChannel open(Path file, StandardOpenOption... options) throws IOException;
    }

    PartialFile(Path target, Opener opener) {
        this.target = target;
        this.content = target.resolveSibling(target.getFileName() + ".part");
        this.tag = target.resolveSibling(target.getFileName() + ".part.tag");
        this.opener = opener;
    }

    Path content() {
        return content;
    }

    /** Bytes that can be continued: none if it is unknown of which version they are. */
    long length() throws IOException {
        return Files.isRegularFile(content) && Files.isRegularFile(tag) ? Files.size(content) : 0;
    }

    /** The server's mark of the version, for {@code If-Range}. */
    String tag() throws IOException {
        return Files.readString(tag).strip();
    }

    /**
     * An empty file, to be filled with the version that {@code newTag} marks; without a mark it cannot be continued.
     */
    void restart(String newTag) throws IOException {
        clear();
        if (newTag != null) {
            AtomicFile.write(tag, out -> out.write(newTag.getBytes(StandardCharsets.UTF_8)));
        }
    }

    WritableByteChannel append() throws IOException {
        return opener.open(content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void clear() throws IOException {
        // The mark goes last: bytes under the mark of another version would be the one thing to go wrong.
        Files.deleteIfExists(content);
        Files.deleteIfExists(tag);
    }

    /** Makes it the file. */
    void complete() throws IOException {
        try (FileChannel channel = FileChannel.open(content, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(content, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(tag);
    }

    static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
