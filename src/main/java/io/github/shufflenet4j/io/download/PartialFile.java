package io.github.shufflenet4j.io.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import io.github.shufflenet4j.io.AtomicFile;

/**
 * The bytes received of a download, {@code NAME.part}, and {@code NAME.part.tag}, the server's mark of their version.
 * Only bytes of the same version are ever put together.
 */
final class PartialFile {

    private final Path target;
    private final Path content;
    private final Path tag;
    private final Opener opener;

    /** Opens the file for appending; replaced in tests of a full disk. */
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

    /** The number of bytes that can be continued: 0 if their version is unknown. */
    long length() throws IOException {
        return Files.isRegularFile(content) && Files.isRegularFile(tag) ? Files.size(content) : 0;
    }

    /** The server's mark of the version, for {@code If-Range}. */
    String tag() throws IOException {
        return Files.readString(tag).strip();
    }

    /** Starts with no bytes; without a {@code newTag}, which may be null, they cannot be continued later. */
    void restart(String newTag) throws IOException {
        clear();
        if (newTag != null) {
            AtomicFile.writeText(tag, newTag);
        }
    }

    WritableByteChannel append() throws IOException {
        return opener.open(content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void clear() throws IOException {
        // The mark goes last: bytes must never lie under the mark of another version.
        Files.deleteIfExists(content);
        Files.deleteIfExists(tag);
    }

    void complete() throws IOException {
        try (FileChannel channel = FileChannel.open(content, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(content, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(tag);
    }
}
