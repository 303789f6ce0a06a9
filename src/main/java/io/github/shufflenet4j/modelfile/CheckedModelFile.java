package io.github.shufflenet4j.modelfile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.ZipArchive;

/**
 * A {@linkplain ModelFile model file} with the updater's state, further entries, and a SHA-256 of every entry in a last
 * one, {@value #SUMS_ENTRY}, in the format of {@code sha256sum}, so that any damage is found. Plain DL4J opens it like
 * any model file.
 *
 * @param model       network, with the updater's state, and metadata
 * @param attachments further entries by name
 */
public record CheckedModelFile(TrainedModel model, Map<String, byte[]> attachments) {

    /** Name of the entry with the checksums. */
    public static final String SUMS_ENTRY = ModelZip.SUMS_ENTRY;

    /** A line for each entry, of which there are about ten. */
    private static final int MAX_SUMS_BYTES = 1 << 16;
    private static final int MAX_TEXT_BYTES = 64 << 20;

    /**
     * Copies the map.
     *
     * @throws IllegalArgumentException if an attachment has a name that readers do not know
     */
    public CheckedModelFile {
        attachments = Map.copyOf(attachments);
        for (String name : attachments.keySet()) {
            Validate.isTrue(ModelZip.CHECKPOINT_ENTRIES.contains(name) && !name.equals(SUMS_ENTRY),
                    "a checkpoint cannot have an attachment %s", name);
        }
    }

    /** Writes the file, replacing an existing one only when all is written. */
    public void write(Path file) throws IOException {
        Map<String, byte[]> entries = ModelFile.entries(model, true);
        entries.putAll(attachments);
        StringBuilder sums = new StringBuilder();
        entries.forEach((name, content) ->
                sums.append(DigestUtils.sha256Hex(content)).append("  ").append(name).append('\n'));
        entries.put(SUMS_ENTRY, sums.toString().getBytes(StandardCharsets.UTF_8));
        ModelFile.write(file, entries);
    }

    /**
     * Reads a file.
     *
     * @throws WeightFileException if it is damaged
     */
    public static CheckedModelFile read(Path file) throws IOException {
        try (ZipArchive zip = ModelZip.open(file)) {
            WeightFileException.throwIf(!zip.has(SUMS_ENTRY), file, "lacks its checksums, the entry " + SUMS_ENTRY);
            Map<String, String> sums = sums(file, zip);
            ModelZip.EntryReader checked = (name, limit) -> {
                byte[] content = zip.read(name, limit);
                WeightFileException.throwIf(!DigestUtils.sha256Hex(content).equals(sums.get(name)), file,
                        "is damaged: its entry " + name + " is not as it was written");
                return content;
            };
            TrainedModel model = ModelFile.read(file, zip, checked, true);
            // An average of the parameters is the largest of them.
            long limit = FlatArray.maxBytes(model.network().numParams()) + MAX_TEXT_BYTES;
            Map<String, byte[]> attachments = new LinkedHashMap<>();
            for (String name : sums.keySet()) {
                if (!ModelZip.ENTRIES.contains(name)) {
                    attachments.put(name, checked.read(name, limit));
                }
            }
            return new CheckedModelFile(model, attachments);
        }
    }

    /** The checksums by entry: of all entries and no others. */
    private static Map<String, String> sums(Path file, ZipArchive zip) throws IOException {
        Set<String> unchecked = new TreeSet<>(zip.names());
        unchecked.remove(SUMS_ENTRY);
        Map<String, String> sums = new LinkedHashMap<>();
        String text = new String(zip.read(SUMS_ENTRY, MAX_SUMS_BYTES), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            String[] parts = line.split("  ", 2);
            WeightFileException.throwIf(parts.length < 2 || !unchecked.remove(parts[1]), file,
                    "is damaged: it has no entry for the checksum '" + line + "'");
            sums.put(parts[1], parts[0]);
        }
        WeightFileException.throwIf(!unchecked.isEmpty(), file, "is damaged: it has no checksum of " + unchecked);
        return sums;
    }
}
