package io.github.shufflenet4j.weights;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.apache.commons.io.IOUtils;

/**
 * A zip file with a checked directory: no entry occurs twice or leads out of the archive, and none overlap. Only the
 * directory at the end of the file counts; an entry is unpacked to its size there and no further.
 */
public final class ZipArchive implements Closeable {

    /** A ShuffleNet V2 has some 400 storages. */
    private static final int MAX_ENTRIES = 100_000;

    private final Path file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries;

    private ZipArchive(Path file, ZipFile zip, Map<String, ZipEntry> entries) {
        this.file = file;
        this.zip = zip;
        this.entries = entries;
    }

    /**
     * Opens a zip file.
     *
     * @throws WeightFileException if it is none, is damaged, a name occurs twice or leads out of the archive, or
     *     entries overlap
     */
    public static ZipArchive open(Path file) throws WeightFileException {
        Bytes.requireRegular(file);
        ZipFile zip = null;
        try {
            zip = new ZipFile(file.toFile());
            return new ZipArchive(file, zip, directory(file, zip));
        } catch (IOException | IllegalArgumentException e) { // the latter for names that are not UTF-8
            IOUtils.closeQuietly(zip);
            throw e instanceof WeightFileException known ? known : damaged(file, e);
        }
    }

    /**
     * Reads all entries, in the file's order; directories are left out.
     *
     * @throws WeightFileException if the entries are damaged, or unpack to more than the heap allows
     */
    public Map<String, Bytes> readAll() throws WeightFileException {
        // Each size first: the sum of several absurd ones could overflow into a sensible one.
        long total = 0;
        for (ZipEntry entry : entries.values()) {
            Bytes.checkLimit(file, entry.getSize());
            total += entry.getSize();
            Bytes.checkLimit(file, total);
        }
        Map<String, Bytes> contents = new LinkedHashMap<>();
        for (String name : names()) {
            contents.put(name, new Bytes(file, read(name, Integer.MAX_VALUE)));
        }
        return contents;
    }

    private static Map<String, ZipEntry> directory(Path file, ZipFile zip) throws IOException {
        WeightFileException.throwIf(zip.size() > MAX_ENTRIES, file, "is a zip of " + zip.size() + " entries, more than "
                + MAX_ENTRIES + " are not read; save model.state_dict() alone");
        Map<String, ZipEntry> entries = new LinkedHashMap<>();
        long packed = 0;
        long length = Files.size(file);
        for (ZipEntry entry : zip.stream().toList()) {
            String name = entry.getName();
            WeightFileException.throwIf(name.startsWith("/") || List.of(name.split("[/\\\\]")).contains(".."), file,
                    "refuses the zip entry '" + name + "': it leads out of the archive");
            WeightFileException.throwIf(!entry.isDirectory() && entries.put(name, entry) != null, file,
                    "has the zip entry '" + name + "' twice; fetch or save it again");
            // Entries that share their bytes could unpack to far more than deflation allows.
            packed += entry.getCompressedSize();
            WeightFileException.throwIf(entry.getCompressedSize() < 0 || packed > length, file, "is a zip whose entries"
                    + " overlap, or claim more bytes than the file has; fetch or save it again");
        }
        return entries;
    }

    /** Names of the entries, in the file's order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /**
     * Unpacks an entry.
     *
     * @param limit maximum number of bytes
     * @throws WeightFileException if there is no such entry, it is larger or more than the heap allows, or its size or
     *     checksum is not as recorded
     */
    public byte[] read(String name, long limit) throws WeightFileException {
        ZipEntry entry = entries.get(name);
        WeightFileException.throwIf(entry == null, file, "lacks the entry " + name);
        Bytes.checkLimit(file, entry.getSize());
        WeightFileException.throwIf(entry.getSize() > limit, file,
                "is damaged: its entry " + name + " has " + entry.getSize() + " bytes, and can have " + limit);
        try (InputStream in = zip.getInputStream(entry)) {
            // Grows while reading: memory follows the actual size, not the claimed one.
            byte[] content = in.readNBytes((int) entry.getSize());
            CRC32 crc = new CRC32();
            crc.update(content);
            WeightFileException.throwIf(content.length != entry.getSize() || in.read() >= 0
                    || crc.getValue() != entry.getCrc(), file, "has a damaged zip entry '" + name
                    + "': its size or checksum is not as recorded; fetch or save it again");
            return content;
        } catch (IOException e) {
            throw e instanceof WeightFileException known ? known : damaged(file, e);
        }
    }

    @Override
    public void close() throws WeightFileException {
        try {
            zip.close();
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private static WeightFileException damaged(Path file, Exception e) {
        return new WeightFileException(
                file, "is a zip that is damaged or cut short (" + e.getMessage() + "); fetch or save it again", e);
    }
}
