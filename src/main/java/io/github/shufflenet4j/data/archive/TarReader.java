package io.github.shufflenet4j.data.archive;

import java.io.IOException;
import java.io.InputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads tar archives as they come. */
public final class TarReader {

    private TarReader() {
    }

    /**
     * Hands all files to {@code reader}, and leaves {@code tar} open.
     *
     * @param archive what to call it
     * @throws IOException if it is damaged, or an entry is sparse, or anything but a file or a folder
     */
    public static void read(String archive, InputStream tar, EntryReader reader) throws IOException {
        TarArchiveInputStream entries = new TarArchiveInputStream(tar);
        for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            String name = EntryName.checked(archive, entry.getName());
            if (entry.isSparse()) { // its holes unpack from nothing, unseen by whoever counts the archive's bytes
                throw EntryName.refusal(archive, name, "is a sparse file");
            }
            if (entry.isDirectory()) {
                continue;
            }
            if (entry.isSymbolicLink() || entry.isLink()) {
                throw EntryName.refusal(archive, name, "is a link");
            }
            if (!entry.isFile() || entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
                throw EntryName.refusal(archive, name, "is no file");
            }
            reader.read(name, entries);
        }
    }
}
