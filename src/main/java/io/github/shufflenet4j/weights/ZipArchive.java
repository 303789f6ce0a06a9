package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The entries of a zip file in memory, once their names and sizes have been found harmless. */
final class ZipArchive {

    /** A ShuffleNet V2 has some 400 storages. */
    private static final int MOST_ENTRIES = 100_000;

    private ZipArchive() {
    }

    /** What is done with the names before an entry is unpacked: a place to refuse the archive. */
    @FunctionalInterface
    interface NameCheck {
        void accept(Set<String> names) throws WeightFileException;
    }

    /**
     * Reads all entries, in the file's order; directories are left out.
     *
     * @throws WeightFileException if the zip is damaged, a name occurs twice or leads out of the archive, or the
     *     entries unpack to more than the heap allows
     */
    static Map<String, Bytes> read(Path file, NameCheck check) throws WeightFileException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                throw new WeightFileException(file, "is a zip of " + zip.size() + " entries, more than " + MOST_ENTRIES
                        + " are not read; save model.state_dict() alone");
            }
            Map<String, ZipEntry> entries = new LinkedHashMap<>();
            long total = 0;
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName();
                if (name.startsWith("/") || List.of(name.split("[/\\\\]")).contains("..")) {
                    throw new WeightFileException(file,
                            "refuses the zip entry '" + name + "': it leads out of the archive");
                }
                if (entry.isDirectory()) {
                    continue;
                }
                if (entries.put(name, entry) != null) {
                    throw new WeightFileException(file,
                            "has the zip entry '" + name + "' twice; fetch or save it again");
                }
                // Each size first: the sum of several absurd ones could overflow into a sensible one.
                Bytes.checkLimit(file, entry.getSize());
                total += entry.getSize();
                Bytes.checkLimit(file, total);
            }
            check.accept(entries.keySet());
            Map<String, Bytes> contents = new LinkedHashMap<>();
            for (ZipEntry entry : entries.values()) {
                contents.put(entry.getName(), new Bytes(file, unpack(file, zip, entry)));
            }
            return contents;
        } catch (WeightFileException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) { // the latter for names that are not UTF-8
            throw new WeightFileException(
                    file, "is a zip that is damaged or cut short (" + e.getMessage() + "); fetch or save it again", e);
        }
    }

    private static byte[] unpack(Path file, ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            // Grows as it reads: what is allocated follows what is there, not what was claimed.
            byte[] content = in.readNBytes((int) entry.getSize());
            CRC32 crc = new CRC32();
            crc.update(content);
            if (content.length != entry.getSize() || in.read() >= 0 || crc.getValue() != entry.getCrc()) {
                throw new WeightFileException(file, "has a damaged zip entry '" + entry.getName()
                        + "': its size or checksum is not as recorded; fetch or save it again");
            }
            return content;
        }
    }
}
