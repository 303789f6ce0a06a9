package io.github.shufflenet4j.serving;

import java.util.concurrent.TimeoutException;

import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.io.OneLine;

/** A request that is not answered, and why, in one line. */
public final class ServingException extends Exception {

    /** Reasons, with their HTTP status. */
    public enum Reason {
        BAD_REQUEST(400),
        UNAUTHORIZED(401),
        NOT_FOUND(404),
        METHOD_NOT_ALLOWED(405),
        SLOW_UPLOAD(408),
        TOO_LARGE(413),
        UNSUPPORTED_TYPE(415),
        MISDIRECTED(421),
        UNREADABLE_IMAGE(422),
        OVERLOADED(429),
        INTERNAL(500),
        UNAVAILABLE(503),
        DEADLINE(504);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }
    }

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public ServingException(Reason reason, String message) {
        this(reason, message, null);
    }

    public ServingException(Reason reason, String message, Throwable cause) {
        super(OneLine.of(message), cause);
        this.reason = reason;
    }

    /** The exception for an image that cannot be decoded. */
    static ServingException of(ImageFormatException failure) {
        Reason reason = switch (failure.kind()) {
            case UNKNOWN_FORMAT -> Reason.UNSUPPORTED_TYPE;
            case TOO_LARGE -> Reason.TOO_LARGE;
            case DAMAGED -> Reason.UNREADABLE_IMAGE;
        };
        return new ServingException(reason, failure.getMessage(), failure);
    }

    /** What a failure means for the caller: itself, a deadline, lack of memory, or an error of the server. */
    public static ServingException of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServingException known) {
                return known;
            }
            if (cause instanceof TimeoutException) {
                return new ServingException(Reason.DEADLINE, "the deadline has passed", failure);
            }
            if (cause instanceof OutOfMemoryError) {
                return new ServingException(Reason.UNAVAILABLE, "out of memory", failure);
            }
        }
        return new ServingException(Reason.INTERNAL, "unexpected " + failure, failure);
    }

    /** The reason. */
    public Reason reason() {
        return reason;
    }
}
