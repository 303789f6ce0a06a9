package io.github.shufflenet4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in a virtual machine of its own, which the other tests have not influenced.
 *
 * @param exitCode that it ended with
 * @param output   lines of both its streams
 */
public record JavaProgram(int exitCode, List<String> output) {

    /** Runs a class with the tests' class path to its end. */
    public static JavaProgram run(List<String> options, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        return run(options, System.getProperty("java.class.path"), program, arguments);
    }

    /** The same with another class path. */
    public static JavaProgram run(List<String> options, String classPath, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
        return new JavaProgram(process.waitFor(), output);
    }
}
