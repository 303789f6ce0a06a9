package io.github.shufflenet4j.io.yaml;

import java.io.IOException;

import io.github.shufflenet4j.io.OneLine;

/** An invalid YAML file; the message is one line with the file, the line in it and the fault. */
public final class YamlException extends IOException {

    private static final int MAX_LENGTH = 1000;

    YamlException(String message) {
        this(message, null);
    }

    /** @param message file, line and fault; put on one line, and cut if it is very long */
    YamlException(String message, Throwable cause) {
        super(OneLine.of(message, MAX_LENGTH), cause);
    }

    /** Throws an exception with this message if something is wrong. */
    static void throwIf(boolean wrong, String message) throws YamlException {
        if (wrong) {
            throw new YamlException(message);
        }
    }
}
