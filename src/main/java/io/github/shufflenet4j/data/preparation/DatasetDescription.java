package io.github.shufflenet4j.data.preparation;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a published dataset.
 *
 * @param name            what a user calls it
 * @param title           what its authors call it
 * @param homepage        where it is described; only what is drawn here has none
 * @param licence         SPDX identifier, or words
 * @param terms           what its images may be used for
 * @param classes         number of classes
 * @param trainImages     training images after it is prepared
 * @param valImages       validation images after it is prepared
 * @param layout          how its files become images in class folders
 * @param validationShare for {@link Layout#CLASS_FOLDERS}: share of each class that becomes validation images
 * @param seed            for {@link Layout#CLASS_FOLDERS} and {@link Layout#RENDERED}: another one gives others
 * @param files           its archives
 * @param yaml            the text that says all this
 */
public record DatasetDescription(String name, String title, Optional<URI> homepage, String licence, String terms,
                                 int classes, int trainImages, int valImages, Layout layout,
                                 double validationShare, long seed, List<DatasetFile> files, String yaml) {

    /** @throws IllegalArgumentException naming the value that makes no sense */
    public DatasetDescription {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(homepage, "homepage");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(terms, "terms");
        files = List.copyOf(files);
        if (files.size() != layout.files()) {
            throw new IllegalArgumentException("layout " + layout + " is for " + layout.files() + " files, not "
                    + files.size());
        }
        if (homepage.isEmpty() && !files.isEmpty()) {
            throw new IllegalArgumentException("homepage must be given where there are files");
        }
        if (files.stream().map(DatasetFile::name).distinct().count() < files.size()) {
            throw new IllegalArgumentException("two files have the same name");
        }
    }

    /** Images after it is prepared. */
    public int images() {
        return trainImages + valImages;
    }

    /** Bytes of its archives, as far as they are known. */
    public long bytes() {
        return files.stream().mapToLong(file -> file.size().orElse(0)).sum();
    }

    @Override
    public String toString() {
        return name;
    }
}
