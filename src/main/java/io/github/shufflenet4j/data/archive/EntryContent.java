package io.github.shufflenet4j.data.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.shufflenet4j.data.DataException;

/** The content of an entry, which is small enough to be kept. */
public final class EntryContent {

    private static final int MOST_BYTES = 64 << 20;

    private EntryContent() {
    }

    /**
     * All bytes.
     *
     * @throws DataException if they are more than such a file, or an image, can have
     */
    public static byte[] bytes(String name, InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new DataException(name + ": has more than " + MOST_BYTES + " bytes, and is refused");
        }
        return bytes;
    }

    /** The lines that are not empty. */
    public static List<String> lines(String name, InputStream content) throws IOException {
        return new String(bytes(name, content), StandardCharsets.UTF_8).lines().map(String::strip)
                .filter(line -> !line.isEmpty()).toList();
    }
}
