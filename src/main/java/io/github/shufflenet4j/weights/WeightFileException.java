package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A weight or array file that cannot be read: missing, damaged, hostile, or of a kind that is not understood. The
 * message is one line that names the file and the fault.
 */
public final class WeightFileException extends IOException {

    private static final int LONGEST_FAULT = 400;

    /**
     * @param fault what is wrong and what to do; it may quote the file, so it is put on one line and cut if very long
     */
    public WeightFileException(Path file, String fault) {
        this(file, fault, null);
    }

    public WeightFileException(Path file, String fault, Throwable cause) {
        super(oneLine(file.toString()) + ": " + oneLine(fault), cause);
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
        return line.length() <= LONGEST_FAULT ? line : line.substring(0, LONGEST_FAULT) + "…";
    }
}
