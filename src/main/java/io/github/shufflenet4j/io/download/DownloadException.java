package io.github.shufflenet4j.io.download;

import java.io.IOException;

import io.github.shufflenet4j.io.OneLine;

/** A download that failed for good. The message is one line with the URI or file, the fault and the remedy. */
public final class DownloadException extends IOException {

    private static final int MAX_LENGTH = 400;

    /** Without a cause. */
    DownloadException(Object subject, String fault) {
        this(subject, fault, null);
    }

    /**
     * @param subject the URI or the file
     * @param fault   the fault and the remedy; may quote a server, and is put on one line and cut if very long
     * @param cause   may be null
     */
    DownloadException(Object subject, String fault, Throwable cause) {
        super(OneLine.of(subject.toString(), MAX_LENGTH) + ": " + OneLine.of(fault, MAX_LENGTH), cause);
    }
}
