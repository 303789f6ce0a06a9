package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine.Option;

/** {@code --format text} or {@code json}. */
public final class FormatOption {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private enum Format {
        TEXT, JSON
    }

    @Option(names = "--format", defaultValue = "text", description = "text or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    public boolean isJson() {
        return format == Format.JSON;
    }

    /** Prints an object as a line of JSON. */
    public static void printJson(PrintWriter out, Object value) {
        try {
            out.println(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot print " + value.getClass() + " as JSON", e);
        }
    }
}
