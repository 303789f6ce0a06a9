package io.github.shufflenet4j.data.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the bytes of a sample lie.
 *
 * @param file   holds them
 * @param start  their first in the file
 * @param length so many, or {@link #TO_THE_END}
 */
public record Extent(URI file, long start, int length) implements Serializable {

    /** The length of what ends where the file does. */
    public static final int TO_THE_END = -1;

    /** A whole file. */
    static Extent whole(URI file) {
        return new Extent(file, 0, TO_THE_END);
    }

    /**
     * The bytes, where Java itself reaches the file.
     *
     * @param path the same file's
     */
    public byte[] read(Path path) throws IOException {
        return length == TO_THE_END ? Files.readAllBytes(path) : read(path, start, length);
    }

    static byte[] read(Path path, long start, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            channel.position(start);
            while (content.hasRemaining()) {
                if (channel.read(content) < 0) {
                    throw new EOFException(path + " has become shorter");
                }
            }
        }
        return content.array();
    }
}
