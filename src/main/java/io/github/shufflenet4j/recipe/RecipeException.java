package io.github.shufflenet4j.recipe;

import java.io.IOException;

/** A recipe that cannot be used; the message is one line: the file, the line in it, and the fault. */
public final class RecipeException extends IOException {

    private static final long serialVersionUID = 1L;

    RecipeException(String message) {
        super(message);
    }

    RecipeException(String message, Throwable cause) {
        super(message, cause);
    }
}
