package io.github.shufflenet4j.data.preparation;

import java.nio.file.Path;

/** Told how the preparation of a dataset goes, apart from downloads. */
public interface PreparationProgress {

    /** Does nothing. */
    PreparationProgress NONE = new PreparationProgress() {
    };

    /** A file that was given is compared with its checksum, which takes minutes if it is large. */
    default void checking(Path file) {
    }

    /**
     * An image is in its place.
     *
     * @param images that are by now
     * @param total  that will be
     */
    default void placed(int images, int total) {
    }
}
