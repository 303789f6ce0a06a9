package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.DataException;

/**
 * Images whose names and labels were listed once. An image takes the UTF-8 of its name and eight bytes. Serialized, the
 * list can be read from wherever the files are reached.
 */
abstract class ListedImages implements ImageSource, Serializable {

    private static final long serialVersionUID = 1L;

    private final List<String> classes;
    private final int[] labels;
    private final PackedNames names;

    ListedImages(List<String> classes, int[] labels, PackedNames names) {
        this.classes = classes;
        this.labels = labels;
        this.names = names;
    }

    abstract Location file(int sample);

    /** The size of an image in bytes. */
    abstract long size(int sample) throws IOException;

    /** The name in the list, which is the same wherever the data set lies. */
    String listedName(int sample) {
        return names.get(sample);
    }

    /** The absolute path of an image. */
    String path(int sample) {
        return file(sample).absolute().toString();
    }

    @Override
    public final int size() {
        return labels.length;
    }

    @Override
    public final List<String> classes() {
        return classes;
    }

    @Override
    public final int label(int sample) {
        return labels[sample];
    }

    @Override
    public String name(int sample) {
        return file(sample).toString();
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return file(sample).read();
    }

    @Override
    public final Fingerprint fingerprint() throws DataException {
        try {
            // One after the other, the sizes of ImageNet's files take minutes on a network drive.
            long[] sizes = IntStream.range(0, size()).parallel().mapToLong(sample -> {
                try {
                    return size(sample);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).toArray();
            return Fingerprint.of(this, this::listedName, sample -> sizes[sample]);
        } catch (UncheckedIOException e) {
            throw new DataException("images changed while they were listed (" + e.getCause().getMessage() + ")", e);
        }
    }
}
