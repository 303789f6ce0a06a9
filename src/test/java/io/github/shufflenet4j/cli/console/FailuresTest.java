package io.github.shufflenet4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.cli.Main;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.kernel.concurrent.Workers;

class FailuresTest {

    private static final String ADVICE = "lower --batch-size, --micro-batch-size or --threads";

    /** Asks JavaCPP for more than it may have. */
    static final class TooMuchMemory {

        @SuppressWarnings("resource")
        public static void main(String[] args) {
            try (Workers workers = Workers.of(2)) {
                workers.parallelFor(2, index -> new FloatPointer(1 << 26));
            } catch (OutOfMemoryError e) {
                System.out.println(Failures.explain(e));
            }
        }
    }

    @Test
    void offHeapMemoryHasItsOwnLimit() throws Exception {
        JavaProgram program = JavaProgram.run(
                List.of("--enable-native-access=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.maxbytes=1m"),
                TooMuchMemory.class);
        assertThat(program.output()).singleElement().asString().startsWith("out of memory outside Java's heap (")
                .contains(ADVICE, "SHUFFLENET_JAVA_OPTS=-Dorg.bytedeco.javacpp.maxbytes=");
    }

    @Test
    void outOfMemoryIsFoundAmongTheCauses() {
        assertThat(Failures.explain(new IllegalStateException("loading images failed",
                new IOException(new OutOfMemoryError("Java heap space"))))).isEqualTo("out of memory"
                + " (Java heap space): " + ADVICE + ", or raise the limit, such as by SHUFFLENET_JAVA_OPTS=-Xmx8g");
    }

    @Test
    void outOfMemoryIsExplainedInOneLine(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        new RenderedDataset(40, 7, 1, 1).write(data);
        JavaProgram program = JavaProgram.run(List.of("-Xmx96m", "--add-modules", "jdk.incubator.vector"), Main.class,
                "train", "--data", data.toString(), "--output", folder.resolve("run").toString(), "--batch-size", "64",
                "--variant", "x0_25");
        assertThat(program.output()).filteredOn(line -> line.contains("rror")).singleElement().asString()
                .startsWith("error: out of memory ").contains(ADVICE);
        assertThat(program.exitCode()).isEqualTo(1);
    }
}
