package io.github.shufflenet4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Zip files with other entries than they were written with. */
public final class ZipFiles {

    private ZipFiles() {
    }

    /** The content of all entries, in the file's order. */
    public static Map<String, byte[]> entries(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toArray(ZipEntry[]::new)) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    /** Writes a zip file. */
    public static Path write(Path file, Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    /** A copy with one entry changed, added, or left out if {@code content} is null. */
    public static Path with(Path source, Path copy, String name, byte[] content) throws IOException {
        Map<String, byte[]> entries = entries(source);
        if (content == null) {
            entries.remove(name);
        } else {
            entries.put(name, content);
        }
        return write(copy, entries);
    }

    /** A copy with the text of one entry changed. */
    public static Path changed(Path source, Path copy, String name, UnaryOperator<String> change) throws IOException {
        return with(source, copy, name, change.apply(new String(entries(source).get(name))).getBytes());
    }
}
