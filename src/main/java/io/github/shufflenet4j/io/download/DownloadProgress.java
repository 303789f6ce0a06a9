package io.github.shufflenet4j.io.download;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Receives the progress of a download, in the thread that waits for it. */
public interface DownloadProgress {

    /** Does nothing. */
    DownloadProgress NONE = new DownloadProgress() {
    };

    /** Another process or thread is downloading {@code target}; this one waits. */
    default void waiting(Path target) {
    }

    /**
     * Bytes will follow; called again after each interruption.
     *
     * @param present bytes received by earlier attempts
     * @param total   bytes of the whole file, or -1 if unknown
     */
    default void started(URI address, long present, long total) {
    }

    /** @param present bytes received in total */
    default void received(long present) {
    }

    /** An attempt failed; another follows after a pause. */
    default void retrying(URI address, String fault, Duration pause) {
    }

    /** The file is complete and checked. */
    default void finished(Path target) {
    }
}
