package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.JavaProgram;

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
    void librariesAreLoadedWithoutVersionWarnings() throws IOException, InterruptedException {
        JavaProgram ended = JavaProgram.run(List.of(), Program.class);
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.output()).noneMatch(line -> line.contains("do not match")).contains("floats: 3.0");
    }
}
