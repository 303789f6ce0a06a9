package io.github.shufflenet4j.io.download;

import java.io.IOException;

import io.github.shufflenet4j.io.OneLine;

/** A download that failed for good. The message is one line with the address or file, the fault and what to do. */
public final class DownloadException extends IOException {

    private static final int LONGEST_FAULT = 400;

    /**
     * @param subject the address or the file
     * @param fault   what is wrong and what to do; it may quote a server, so it is put on one line and cut if very long
     */
    public DownloadException(Object subject, String fault) {
        this(subject, fault, null);
    }

    /**
     * @param subject the address or the file
     * @param fault   what is wrong and what to do; it may quote a server, so it is put on one line and cut if very long
     * @param cause   what went wrong beneath, or null
     */
    public DownloadException(Object subject, String fault, Throwable cause) {
        super(OneLine.of(subject.toString(), LONGEST_FAULT) + ": " + OneLine.of(fault, LONGEST_FAULT), cause);
    }
}
