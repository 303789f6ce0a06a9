package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine;

/**
 * A command that has ended.
 *
 * @param code the exit code
 * @param out  standard output
 * @param err  standard error
 */
record CommandRun(int code, String out, String err) {

    /** Runs a command, whose arguments may be any objects. */
    static CommandRun of(Object... args) {
        return of(Main.commandLine(words(args)), args);
    }

    static CommandRun of(CommandLine line, Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(words(args));
        return new CommandRun(code, out.toString(), err.toString());
    }

    private static String[] words(Object... args) {
        return Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    }

    /** Standard output as JSON. */
    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out);
    }

    CommandRun assertSucceeded() {
        assertThat(code).as(out + err).isZero();
        return this;
    }

    /** Asserts exit code 1 and a single line on standard error. */
    void assertFailed(String... parts) {
        assertThat(code).as(out + err).isEqualTo(1);
        assertThat(err).startsWith("error: ").contains(parts);
        assertThat(err.strip()).doesNotContain("\n");
    }
}
