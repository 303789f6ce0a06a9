package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

import io.github.shufflenet4j.data.DataException;

/**
 * A source under other class names.
 *
 * @param source  gives the samples
 * @param classes the names that labels are indices of
 * @param labels  for each class of the source, its index among {@code classes}
 */
record RelabelledSource(ImageSource source, List<String> classes, int[] labels)
        implements ImageSource, Serializable {

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public int label(int sample) {
        return labels[source.label(sample)];
    }

    @Override
    public String name(int sample) {
        return source.name(sample);
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return source.read(sample);
    }

    /** Of the images under their own class names. */
    @Override
    public Fingerprint fingerprint() throws DataException {
        return source.fingerprint();
    }
}
