package io.github.shufflenet4j.io;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values, as RFC 4180 describes them, but with line feeds alone. */
public final class Csv {

    private static final String QUOTED = ",\"\r\n";

    private Csv() {
    }

    /** A line with its line feed; cells with a comma, quote or line break are quoted. */
    public static String line(List<String> cells) {
        return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\n"));
    }

    private static String cell(String text) {
        return text.chars().anyMatch(character -> QUOTED.indexOf(character) >= 0)
                ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
