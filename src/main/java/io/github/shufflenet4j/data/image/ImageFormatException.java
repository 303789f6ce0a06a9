package io.github.shufflenet4j.data.image;

import io.github.shufflenet4j.data.DataException;

/**
 * Bytes that are no image, or a damaged, truncated or oversized one; the message is {@code FILE: fault}, on one line.
 */
public final class ImageFormatException extends DataException {

    private final String fault;

    ImageFormatException(String file, String fault) {
        this(file, fault, null);
    }

    ImageFormatException(String file, String fault, Throwable cause) {
        super(file + ": " + fault, cause);
        this.fault = fault;
    }

    static void throwIf(boolean wrong, String file, String fault) throws ImageFormatException {
        if (wrong) {
            throw new ImageFormatException(file, fault);
        }
    }

    /** What is wrong, without the file's name. */
    public String fault() {
        return fault;
    }
}
