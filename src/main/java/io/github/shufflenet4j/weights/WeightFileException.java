package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.nio.file.Path;

import io.github.shufflenet4j.io.OneLine;

/**
 * A weight or array file that cannot be read: missing, damaged, hostile, or of a kind that is not understood. The
 * message is one line that names the file and the fault.
 */
public final class WeightFileException extends IOException {

    private static final int MAX_FAULT_LENGTH = 400;

    /**
     * @param fault what is wrong and what to do; it may quote the file, so it is put on one line and cut if very long
     */
    public WeightFileException(Path file, String fault) {
        this(file, fault, null);
    }

    public WeightFileException(Path file, String fault, Throwable cause) {
        super(OneLine.of(file.toString(), MAX_FAULT_LENGTH) + ": " + OneLine.of(fault, MAX_FAULT_LENGTH), cause);
    }

    /** Throws an exception with this fault if something is wrong. */
    public static void throwIf(boolean wrong, Path file, String fault) throws WeightFileException {
        if (wrong) {
            throw new WeightFileException(file, fault);
        }
    }
}
