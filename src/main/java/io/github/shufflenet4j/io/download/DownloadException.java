package io.github.shufflenet4j.io.download;

import java.io.IOException;

import io.github.shufflenet4j.io.OneLine;

/** A download that failed for good. The message is one line with the URI or file, the fault and the remedy. */
public final class DownloadException extends IOException {

    private static final int MAX_LENGTH = 400;

    DownloadException(Object subject, String fault) {
        this(subject, fault, null);
    }

    /** @param fault with the remedy; may quote a server, and is put on one line and cut if very long */
    DownloadException(Object subject, String fault, Throwable cause) {
        super(OneLine.of(subject.toString(), MAX_LENGTH) + ": " + OneLine.of(fault, MAX_LENGTH), cause);
    }
}
