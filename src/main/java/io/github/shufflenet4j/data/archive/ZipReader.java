package io.github.shufflenet4j.data.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;

import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Reads zip archives by their directory. */
final class ZipReader {

    private ZipReader() {
    }

    /** @throws IOException if it is damaged, or an entry is anything but a file or a folder */
    static void read(Path file, Allowance allowance, EntryReader reader) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
                String name = EntryName.checked(file.toString(), entry.getName());
                if (entry.isDirectory()) {
                    continue;
                }
                if (entry.isUnixSymlink()) {
                    throw EntryName.refusal(file.toString(), name, "is a link");
                }
                if (!zip.canReadEntryData(entry)) {
                    throw EntryName.refusal(file.toString(), name, "is encrypted, or packed in an unknown way");
                }
                try (InputStream content = allowance.limit(zip.getInputStream(entry))) {
                    reader.read(name, content);
                }
            }
        }
    }
}
