package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The samples of another source as a value that can be sent to where they are to be read: their classes, and where
 * their bytes lie.
 */
public final class LocatedImages implements ImageSource, Serializable {

    private static final long serialVersionUID = 1L;

    /** Reads bytes of files, by whatever way there is to them. Thread-safe. */
    @FunctionalInterface
    public interface Reader extends Serializable {
        byte[] read(Extent extent) throws IOException;
    }

    private final Reader reader;
    private final List<String> classes;
    private final int[] labels;
    private final PackedNames files;
    /** Which of the files holds each sample. */
    private final int[] fileOf;
    private final long[] starts;
    private final int[] lengths;

    private LocatedImages(Reader reader, List<String> classes, int[] labels, PackedNames files, int[] fileOf,
                          long[] starts, int[] lengths) {
        this.reader = reader;
        this.classes = classes;
        this.labels = labels;
        this.files = files;
        this.fileOf = fileOf;
        this.starts = starts;
        this.lengths = lengths;
    }

    /**
     * The samples of {@code source}.
     *
     * @param reader reads their bytes
     * @throws IllegalArgumentException if the source's samples are not in files
     */
    public static LocatedImages of(ImageSource source, Reader reader) {
        Objects.requireNonNull(reader, "reader");
        int samples = source.size();
        int[] labels = new int[samples];
        int[] fileOf = new int[samples];
        long[] starts = new long[samples];
        int[] lengths = new int[samples];
        PackedNames.Builder files = new PackedNames.Builder();
        URI last = null;
        for (int sample = 0; sample < samples; sample++) {
            Extent extent = source.extent(sample)
                    .orElseThrow(() -> new IllegalArgumentException("images that are not in files: " + source));
            if (!extent.file().equals(last)) {
                last = extent.file();
                files.add(last.toString());
            }
            labels[sample] = source.label(sample);
            fileOf[sample] = files.size() - 1;
            starts[sample] = extent.start();
            lengths[sample] = extent.length();
        }
        return new LocatedImages(reader, source.classes(), labels, files.build(), fileOf, starts, lengths);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int sample) {
        return labels[sample];
    }

    @Override
    public String name(int sample) {
        URI file = file(sample);
        return ("file".equals(file.getScheme()) ? Path.of(file).toString() : file.toString())
                + (lengths[sample] == Extent.TO_THE_END ? "" : " at byte " + starts[sample]);
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return reader.read(locate(sample));
    }

    @Override
    public Optional<Extent> extent(int sample) {
        return Optional.of(locate(sample));
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of(this, this::name, sample -> lengths[sample]);
    }

    private Extent locate(int sample) {
        return new Extent(file(sample), starts[sample], lengths[sample]);
    }

    private URI file(int sample) {
        return URI.create(files.get(fileOf[sample]));
    }
}
