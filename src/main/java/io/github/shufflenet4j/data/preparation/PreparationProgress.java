package io.github.shufflenet4j.data.preparation;

import java.nio.file.Path;

import io.github.shufflenet4j.io.download.DownloadProgress;

/** Receives the progress of a dataset's downloads and preparation. */
public interface PreparationProgress extends DownloadProgress {

    /** Does nothing. */
    PreparationProgress NONE = new PreparationProgress() {
    };

    /** A given file is compared with its checksum, which takes minutes if it is large. */
    default void checking(Path file) {
    }

    /** {@code images} of {@code total} have been written. */
    default void placed(int images, int total) {
    }
}
