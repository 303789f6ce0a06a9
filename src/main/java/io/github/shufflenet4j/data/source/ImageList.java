package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images without labels: all are of one class, whose name is empty.
 *
 * @param files of the images, in order
 */
public record ImageList(List<Path> files) implements ImageSource {

    /** Copies the list. */
    public ImageList {
        files = List.copyOf(files);
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public List<String> classes() {
        return List.of("");
    }

    @Override
    public int label(int sample) {
        return 0;
    }

    @Override
    public String name(int sample) {
        return files.get(sample).toString();
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return Files.readAllBytes(files.get(sample));
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of(this, this::name, sample -> files.get(sample).toFile().length());
    }
}
