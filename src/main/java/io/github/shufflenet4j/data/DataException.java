package io.github.shufflenet4j.data;

import java.io.IOException;

import io.github.shufflenet4j.io.OneLine;

/** A data set that cannot be used; the message is one line for the user, naming the folder or file and the fault. */
public class DataException extends IOException {

    private static final int MAX_LENGTH = 1000;

    /** @param message may quote a file: it is put on one line, and cut if it is very long */
    public DataException(String message) {
        this(message, null);
    }

    /** @param message may quote a file: it is put on one line, and cut if it is very long */
    public DataException(String message, Throwable cause) {
        super(OneLine.of(message, MAX_LENGTH), cause);
    }

    /** Throws an exception with this message if something is wrong. */
    public static void throwIf(boolean wrong, String message) throws DataException {
        if (wrong) {
            throw new DataException(message);
        }
    }
}
