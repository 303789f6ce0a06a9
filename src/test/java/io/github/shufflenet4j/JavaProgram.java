package io.github.shufflenet4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that has run in its own virtual machine.
 *
 * @param output lines of both its streams
 */
public record JavaProgram(int exitCode, List<String> output) {

    /** Runs a class on the tests' class path. */
    public static JavaProgram run(List<String> options, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        return run(options, System.getProperty("java.class.path"), program, arguments);
    }

    /** Runs a class on another class path. */
    public static JavaProgram run(List<String> options, String classPath, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(options, classPath, program, arguments))
                .redirectErrorStream(true).start();
        List<String> output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
        return new JavaProgram(process.waitFor(), output);
    }

    /** The command line that runs a class. */
    public static List<String> command(List<String> options, String classPath, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
