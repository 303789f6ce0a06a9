package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;

/**
 * Writes tar files that {@link TarShards} and WebDataset read: {@code 000000.tar} and so on, with members
 * {@code 000000000.jpg}, the file as it is, and {@code 000000000.cls}, its label. Images come in a random order that is
 * always the same, so that sequential readers see classes mixed.
 *
 * @param imagesPerShard images in each tar file but the last, at least 1
 */
public record ShardWriter(int imagesPerShard) {

    private static final long ORDER_SEED = 0;
    private static final String PARTIAL = ".partial";

    /** @throws IllegalArgumentException if the number is below 1 */
    public ShardWriter {
        Checks.atLeast("imagesPerShard", imagesPerShard, 1);
    }

    /**
     * Writes a data set of several parts: {@code FOLDER/classes.txt}, and tar files in {@code FOLDER/<part>}. It grows
     * under the name {@code FOLDER.partial}, so that a folder of the name itself is complete.
     *
     * @param parts by name, all labelled by the same classes; a part whose name is empty lies in the folder itself
     * @throws IOException if the folder exists and is not empty, an image cannot be read, or a file not be written
     */
    public void write(Path folder, Map<String, ImageSource> parts) throws IOException {
        WriteCheck.emptyFolder(folder);
        Path absolute = folder.toAbsolutePath().normalize();
        Path partial = absolute.resolveSibling(absolute.getFileName() + PARTIAL);
        if (Files.exists(partial)) {
            throw new DataException(partial + ": was left by another run, which is at work or was cut off; remove it");
        }
        for (Map.Entry<String, ImageSource> part : parts.entrySet()) {
            write(part.getValue(), Files.createDirectories(partial.resolve(part.getKey())));
        }
        Files.write(partial.resolve(ClassLabels.FILE), parts.values().iterator().next().classes());
        Files.deleteIfExists(folder);
        Files.move(partial, folder);
    }

    private void write(ImageSource source, Path folder) throws IOException {
        int[] order = AddressedRandom.epochOrder(ORDER_SEED, 0, source.size());
        for (int start = 0; start < order.length; start += imagesPerShard) {
            int first = start;
            int end = Math.min(order.length, start + imagesPerShard);
            Path shard = folder.resolve(String.format(Locale.ROOT, "%06d.tar", start / imagesPerShard));
            AtomicFile.write(shard, output -> {
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
                    for (int position = first; position < end; position++) {
                        add(tar, source, order[position], String.format(Locale.ROOT, "%09d", position));
                    }
                }
            });
        }
    }

    private static void add(TarArchiveOutputStream tar, ImageSource source, int sample, String key) throws IOException {
        add(tar, key + extension(source.name(sample)), source.read(sample));
        add(tar, key + TarShards.CLASS, Integer.toString(source.label(sample)).getBytes(StandardCharsets.US_ASCII));
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        // The same data set gives the same files.
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** The extension of the file's name if it is an image's, as shards need one; lists do not. */
    private static String extension(String name) {
        return ImageFolder.isImage(name) ? name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT) : ".jpg";
    }
}
