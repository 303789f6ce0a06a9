package io.github.shufflenet4j.io;

/** Text for messages, which may quote files. */
public final class OneLine {

    private OneLine() {
    }

    /** As {@link #of(String)}, cut off after {@code max} characters. */
    public static String of(String text, int max) {
        String line = of(text);
        return line.length() <= max ? line : line.substring(0, max) + "…";
    }

    /** The text on one line: control characters and line breaks become spaces. */
    public static String of(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    }
}
