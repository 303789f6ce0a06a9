package io.github.shufflenet4j.backend;

/** The backend that was asked for cannot be used; the message says why, and what to check. */
public final class BackendUnavailableException extends RuntimeException {

    BackendUnavailableException(String message) {
        super(message);
    }
}
