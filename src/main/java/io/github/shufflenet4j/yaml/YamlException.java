package io.github.shufflenet4j.yaml;

import java.io.IOException;

/** A YAML file that cannot be used; the message is one line: the file, the line in it, and the fault. */
public final class YamlException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: the file, the line in it, and the fault */
    public YamlException(String message) {
        super(message);
    }

    /**
     * @param message one line: the file, the line in it, and the fault
     * @param cause   what found the fault
     */
    public YamlException(String message, Throwable cause) {
        super(message, cause);
    }
}
