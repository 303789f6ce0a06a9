package io.github.shufflenet4j.io.yaml;

import java.io.IOException;

import io.github.shufflenet4j.io.OneLine;

/** A YAML file that cannot be used; the message is one line: the file, the line in it, and the fault. */
public final class YamlException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_MESSAGE = 1000;

    /** @param message the file, the line in it, and the fault; it is put on one line, and cut if it is very long */
    public YamlException(String message) {
        this(message, null);
    }

    /**
     * @param message the file, the line in it, and the fault; it is put on one line, and cut if it is very long
     * @param cause   what found the fault, or null
     */
    public YamlException(String message, Throwable cause) {
        super(OneLine.of(message, LONGEST_MESSAGE), cause);
    }
}
