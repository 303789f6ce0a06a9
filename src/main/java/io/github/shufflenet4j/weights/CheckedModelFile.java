package io.github.shufflenet4j.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import io.github.shufflenet4j.io.AtomicFile;

/**
 * A {@linkplain ModelFile model file} with the updater's state, entries of the writer's own, and a SHA-256 of every
 * entry in a last one, {@value #SUMS_ENTRY}, as {@code sha256sum} writes them: what it reads is what was written. Plain
 * DL4J opens it as it does any model file.
 *
 * @param model       network, with the updater's state, and metadata
 * @param attachments the writer's own entries by name
 */
public record CheckedModelFile(TrainedModel model, Map<String, byte[]> attachments) {

    /** Name of the entry with the checksums. */
    public static final String SUMS_ENTRY = "SHA256SUMS";

    /** A line for each entry, of which there are about ten. */
    private static final int LONGEST_SUMS = 1 << 16;

    /** Copies the map. */
    public CheckedModelFile {
        attachments = Map.copyOf(attachments);
    }

    /** Writes the file, replacing an existing one only when all is written. */
    public void write(Path file) throws IOException {
        Map<String, byte[]> entries = ModelFile.entries(model, true);
        attachments.forEach((name, content) -> {
            if (entries.put(name, content) != null) {
                throw new IllegalArgumentException("a model file has an entry " + name + " of its own");
            }
        });
        StringBuilder sums = new StringBuilder();
        entries.forEach((name, content) -> sums.append(sha256(content)).append("  ").append(name).append('\n'));
        entries.put(SUMS_ENTRY, sums.toString().getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, output -> {
            try (ZipOutputStream zip = new ZipOutputStream(output)) {
                for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                    ModelFile.write(zip, entry.getKey(), entry.getValue());
                }
            }
        });
    }

    /**
     * Reads a file.
     *
     * @throws WeightFileException if anything in it is not as it was written
     */
    public static CheckedModelFile read(Path file) throws IOException {
        Map<String, byte[]> attachments = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry last = zip.getEntry(SUMS_ENTRY);
            if (last == null) {
                throw new WeightFileException(file, "lacks its checksums, the entry " + SUMS_ENTRY);
            }
            String sums;
            try (InputStream content = zip.getInputStream(last)) {
                sums = new String(content.readNBytes(LONGEST_SUMS), StandardCharsets.UTF_8);
            }
            Set<String> unchecked = zip.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
            unchecked.remove(SUMS_ENTRY);
            for (String line : sums.lines().toList()) {
                String[] parts = line.split("  ", 2);
                if (parts.length < 2 || !unchecked.remove(parts[1])) {
                    throw new WeightFileException(file, "is damaged: it has no entry for the checksum '" + line + "'");
                }
                String name = parts[1];
                ByteArrayOutputStream kept = ModelFile.ENTRIES.contains(name) ? null : new ByteArrayOutputStream();
                if (!sha256(zip, name, kept).equals(parts[0])) {
                    throw new WeightFileException(file, "is damaged: its entry " + name + " is not as it was written");
                }
                if (kept != null) {
                    attachments.put(name, kept.toByteArray());
                }
            }
            if (!unchecked.isEmpty()) {
                throw new WeightFileException(file, "is damaged: it has no checksum of " + unchecked);
            }
        } catch (ZipException e) {
            throw new WeightFileException(file, "is damaged: " + e.getMessage(), e);
        }
        return new CheckedModelFile(ModelFile.read(file, true), attachments);
    }

    /** The checksum of an entry, whose content goes to {@code kept} if that is not null. */
    private static String sha256(ZipFile zip, String name, ByteArrayOutputStream kept) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(zip.getInputStream(zip.getEntry(name)), digest)) {
            in.transferTo(kept == null ? OutputStream.nullOutputStream() : kept);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java without SHA-256", e);
        }
    }
}
