package io.github.shufflenet4j.backend;

/** The backend that was asked for cannot be used; the message says why, and what to check. */
public final class BackendUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BackendUnavailableException(String message) {
        super(message);
    }
}
