package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

/** In a process of its own, where nothing native has been loaded. */
class NativeVersionsTest {

    /** What a program may do that begins by taking the versions as they are. */
    public static final class Program {

        public static void main(String[] args) {
            NativeVersions.accept();
            System.out.println("floats: " + org.nd4j.linalg.factory.Nd4j.ones(3).sumNumber());
        }
    }

    @Test
    void nothingIsSaidOfVersionsAndAllIsLoaded() throws IOException, InterruptedException {
        assertThat(run()).noneMatch(line -> line.contains("do not match")).contains("floats: 3.0");
    }

    private static List<String> run() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Program.class.getName());
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        assertThat(process.waitFor()).isZero();
        return lines;
    }
}
