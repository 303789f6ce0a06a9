package io.github.shufflenet4j.io.download;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Told how a download goes, in the thread that waits for it. */
public interface DownloadProgress {

    /** Does nothing. */
    DownloadProgress NONE = new DownloadProgress() {
    };

    /** Another process, or thread, downloads {@code target} already; this one waits for it. */
    default void waiting(Path target) {
    }

    /**
     * Bytes begin to come; again after each interruption.
     *
     * @param present bytes that are there from an earlier attempt
     * @param total   bytes of the whole file, or -1 if the server does not say
     */
    default void started(URI address, long present, long total) {
    }

    /** @param present bytes that are there by now */
    default void received(long present) {
    }

    /**
     * An attempt failed, and there will be another.
     *
     * @param fault why, in words
     * @param pause how long to wait before it
     */
    default void retrying(URI address, String fault, Duration pause) {
    }

    /** The file is there, whole and checked. */
    default void finished(Path target) {
    }
}
