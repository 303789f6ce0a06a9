package io.github.shufflenet4j.data.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.data.DataException;

/** Names of an archive's entries, which may be anything. */
public final class EntryName {

    /** Maximum length of a name in common file systems, in bytes. */
    private static final int MAX_BYTES = 255;

    private EntryName() {
    }

    /**
     * The name without a {@code ./} before it.
     *
     * @param archive what to call the archive
     * @throws DataException if the name leads out of the archive, on any operating system
     */
    static String checked(String archive, String name) throws DataException {
        String path = name.startsWith("./") ? name.substring(2) : name;
        List<String> parts = Arrays.asList(path.split("/", -1));
        if (path.startsWith("/") || path.contains("\\") || path.matches("[A-Za-z]:.*") || parts.contains("..")) {
            throw refusal(archive, name, "leads out of the archive");
        }
        return path;
    }

    /** Refuses an entry, whose name is put on one line. */
    static DataException refusal(String archive, String name, String fault) {
        return new DataException(archive + ": its entry '" + name.replaceAll("\\p{Cntrl}", "?") + "' " + fault
                + ", and the archive is refused: it is not the published one");
    }

    /** Whether it can be the name of one file or folder, and not of a hidden one. */
    public static boolean isPlain(String name) {
        return name.matches("[^./\\\\:\\p{Cntrl}][^/\\\\:\\p{Cntrl}]{0,199}")
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }
}
