package io.github.shufflenet4j.data.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Small archives for tests, good and evil. */
public final class Archives {

    /** Files by name; a name that ends in a slash is a folder, in {@code @} a link, in {@code %} sparse. */
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    public static Archives of(String... names) {
        Archives archives = new Archives();
        for (String name : names) {
            archives.with(name, name);
        }
        return archives;
    }

    public Archives with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public Archives with(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    public byte[] tar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                String name = entry.getKey();
                if (name.endsWith("%")) {
                    tar.putArchiveEntry(new TarArchiveEntry(name.substring(0, name.length() - 1),
                            TarConstants.LF_GNUTYPE_SPARSE));
                } else if (name.endsWith("@")) {
                    TarArchiveEntry link = new TarArchiveEntry(name.substring(0, name.length() - 1),
                            name.contains("hard") ? TarConstants.LF_LINK : TarConstants.LF_SYMLINK);
                    link.setLinkName("/etc/passwd");
                    tar.putArchiveEntry(link);
                } else {
                    TarArchiveEntry file = new TarArchiveEntry(name, true);
                    file.setSize(name.endsWith("/") ? 0 : entry.getValue().length);
                    tar.putArchiveEntry(file);
                    if (!name.endsWith("/")) {
                        tar.write(entry.getValue());
                    }
                }
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    public byte[] tgz() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(tar());
        }
        return bytes.toByteArray();
    }

    public byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                boolean link = entry.getKey().endsWith("@");
                ZipArchiveEntry file = new ZipArchiveEntry(entry.getKey().replace("@", ""));
                if (link) {
                    file.setUnixMode(0120777);
                }
                zip.putArchiveEntry(file);
                zip.write(entry.getValue());
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    public byte[] packed(Archive.Kind kind) throws IOException {
        return switch (kind) {
            case TAR -> tar();
            case TGZ -> tgz();
            case ZIP -> zip();
        };
    }
}
