package io.github.shufflenet4j.data.image;

import io.github.shufflenet4j.data.DataException;

/**
 * Bytes that are no image, or a damaged, truncated or oversized one; the message is {@code FILE: fault}, on one line.
 */
public final class ImageFormatException extends DataException {

    /** Kinds of faults. */
    public enum Kind {
        /** Not an image, or of a format that is not read. */
        UNKNOWN_FORMAT,
        /** More pixels than are allowed or fit the memory. */
        TOO_LARGE,
        /** All else: damaged, truncated or unsupported content of a known format. */
        DAMAGED
    }

    private final String fault;
    private final Kind kind;

    ImageFormatException(String file, String fault) {
        this(file, fault, null);
    }

    ImageFormatException(String file, String fault, Throwable cause) {
        this(file, Kind.DAMAGED, fault, cause);
    }

    ImageFormatException(String file, Kind kind, String fault, Throwable cause) {
        super(file + ": " + fault, cause);
        this.kind = kind;
        this.fault = fault;
    }

    static void throwIf(boolean wrong, String file, String fault) throws ImageFormatException {
        throwIf(wrong, file, Kind.DAMAGED, fault);
    }

    static void throwIf(boolean wrong, String file, Kind kind, String fault) throws ImageFormatException {
        if (wrong) {
            throw new ImageFormatException(file, kind, fault, null);
        }
    }

    /** The kind of fault. */
    public Kind kind() {
        return kind;
    }

    /** What is wrong, without the file's name. */
    public String fault() {
        return fault;
    }
}
