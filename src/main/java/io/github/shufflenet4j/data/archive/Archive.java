package io.github.shufflenet4j.data.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.io.input.ProxyInputStream;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.io.yaml.YamlKey;

/**
 * An archive of unknown origin, read entry by entry and as often as needed. Entries whose names lead out of the
 * archive, links and devices, and archives that unpack to far more than they should, are refused. Nothing is written.
 *
 * @param file the archive
 * @param kind its format
 */
public record Archive(Path file, Kind kind) {

    private static final int MAX_ENTRY_BYTES = 64 << 20;
    /** Maximum length of a name in common file systems, in bytes. */
    private static final int MAX_NAME_BYTES = 255;

    /** Formats of archives. */
    public enum Kind {
        /** A tar archive. */
        TAR,
        /** A tar archive, compressed by gzip. */
        TGZ,
        /** A zip archive. */
        ZIP;

        @Override
        public String toString() {
            return YamlKey.word(this);
        }
    }

    /** Receives the files of an archive, one after the other. */
    @FunctionalInterface
    public interface EntryReader {

        /**
         * @param name    path within the archive, with {@code /} between its elements; it does not lead out
         * @param content may be read within this call
         */
        void read(String name, InputStream content) throws IOException;
    }

    /** Hands all files to {@code reader}, in order. A DataException names the archive and the fault. */
    public void read(EntryReader reader) throws DataException {
        try {
            DecompressionLimit limit = new DecompressionLimit(file);
            if (kind == Kind.ZIP) {
                readZip(limit, reader);
                return;
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                readTar(file.toString(), kind == Kind.TAR ? in
                        : limit.limited(new GzipCompressorInputStream(in, true)), reader);
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(file + ": is damaged, or no " + kind + " archive (" + e.getMessage()
                    + "); fetch it again", e);
        }
    }

    /**
     * Hands all files of a tar archive to {@code reader}, and leaves {@code tar} open.
     *
     * @param archive name of the archive, for messages
     * @throws IOException if it is damaged, or an entry is sparse, or anything but a file or a folder
     */
    public static void readTar(String archive, InputStream tar, EntryReader reader) throws IOException {
        TarArchiveInputStream entries = new TarArchiveInputStream(tar);
        for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            String name = checked(archive, entry.getName());
            if (entry.isSparse()) { // its holes do not count as bytes of the archive
                throw refusal(archive, name, "is a sparse file");
            }
            if (entry.isDirectory()) {
                continue;
            }
            if (entry.isSymbolicLink() || entry.isLink()) {
                throw refusal(archive, name, "is a link");
            }
            if (!entry.isFile() || entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
                throw refusal(archive, name, "is not a file");
            }
            reader.read(name, entries);
        }
    }

    private void readZip(DecompressionLimit limit, EntryReader reader) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
                String name = checked(file.toString(), entry.getName());
                if (entry.isDirectory()) {
                    continue;
                }
                if (entry.isUnixSymlink()) {
                    throw refusal(file.toString(), name, "is a link");
                }
                if (!zip.canReadEntryData(entry)) {
                    throw refusal(file.toString(), name, "is encrypted, or compressed by an unknown method");
                }
                try (InputStream content = limit.limited(zip.getInputStream(entry))) {
                    reader.read(name, content);
                }
            }
        }
    }

    /** The name without a leading {@code ./}, if it does not lead out of the archive on any operating system. */
    private static String checked(String archive, String name) throws DataException {
        String path = name.startsWith("./") ? name.substring(2) : name;
        if (path.startsWith("/") || path.contains("\\") || path.matches("[A-Za-z]:.*")
                || Arrays.asList(path.split("/", -1)).contains("..")) {
            throw refusal(archive, name, "leads out of the archive");
        }
        return path;
    }

    private static DataException refusal(String archive, String name, String fault) {
        return new DataException(archive + ": its entry '" + name.replaceAll("\\p{Cntrl}", "?") + "' " + fault
                + ", and the archive is refused: it is not the published one");
    }

    /** Whether an entry's name, or a part of it, can be that of one file or folder that is not hidden. */
    public static boolean isFileName(String name) {
        return name.matches("[^./\\\\:\\p{Cntrl}][^/\\\\:\\p{Cntrl}]{0,199}")
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    }

    /** The whole content of an entry, which may have 64 MiB at most. */
    public static byte[] bytes(String name, InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(MAX_ENTRY_BYTES + 1);
        DataException.throwIf(bytes.length > MAX_ENTRY_BYTES,
                name + ": has more than " + MAX_ENTRY_BYTES + " bytes, and is refused");
        return bytes;
    }

    /**
     * The lines of a file, stripped and without blank ones.
     *
     * @param path    end of the file's path in the archive
     * @param subject content of archives with such a file, for messages
     * @throws DataException if there is no such file or no line in it
     */
    public List<String> lines(String path, String subject) throws DataException {
        List<String> lines = new ArrayList<>();
        read((name, content) -> {
            if (name.endsWith("/" + path)) {
                new String(bytes(name, content), StandardCharsets.UTF_8).lines().map(String::strip)
                        .filter(line -> !line.isEmpty()).forEach(lines::add);
            }
        });
        DataException.throwIf(lines.isEmpty(), file + ": has no " + path + ": it is not " + subject);
        return lines;
    }

    /** Limits the bytes that an archive unpacks to: some kilobytes can be made that unpack to terabytes. */
    private static final class DecompressionLimit {

        /** Photos hardly shrink, and texts to a tenth at the least. */
        private static final long MAX_RATIO = 20;
        private static final long ALWAYS_ALLOWED = 64L << 20;

        private final Path archive;
        private final long total;
        private long left;

        DecompressionLimit(Path archive) throws IOException {
            this.archive = archive;
            this.total = ALWAYS_ALLOWED + MAX_RATIO * Files.size(archive);
            this.left = total;
        }

        /** The same stream, which fails at the limit of the whole archive. */
        InputStream limited(InputStream unpacked) {
            return new ProxyInputStream(unpacked) {
                @Override
                protected void afterRead(int count) throws IOException {
                    spend(Math.max(0, count));
                }

                @Override
                public long skip(long count) throws IOException {
                    long skipped = super.skip(count);
                    spend(skipped);
                    return skipped;
                }
            };
        }

        private void spend(long bytes) throws DataException {
            left -= bytes;
            if (left < 0) {
                throw new DataException(archive + ": unpacks to more than " + total + " bytes, more than such an"
                        + " archive can hold, and is refused: it is not the published one");
            }
        }
    }
}
