package io.github.shufflenet4j.data;

import java.io.IOException;

/** A data set that cannot be used; the message is one line for the user, naming the folder or file and the fault. */
public class DataException extends IOException {

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
