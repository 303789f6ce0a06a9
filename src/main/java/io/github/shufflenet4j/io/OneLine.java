package io.github.shufflenet4j.io;

/** Text for messages to the user, which may quote what a file says. */
public final class OneLine {

    private OneLine() {
    }

    /**
     * The text on one line: control characters and line breaks become spaces.
     *
     * @param longest maximum number of characters; what is beyond is cut off
     */
    public static String of(String text, int longest) {
        String line = of(text);
        return line.length() <= longest ? line : line.substring(0, longest) + "…";
    }

    /** The text on one line: control characters and line breaks become spaces. */
    public static String of(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ").strip();
    }
}
