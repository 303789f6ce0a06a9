package io.github.shufflenet4j.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.cli.Main;
import io.github.shufflenet4j.data.rendered.RenderedDataset;

/** {@code spark-train} by its command line. */
class SparkTrainCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter text = new StringWriter();

    private int run(String... args) {
        PrintWriter writer = new PrintWriter(text, true);
        CommandLine command = Main.commandLine().setOut(writer).setErr(writer);
        return command.execute(args);
    }

    @Test
    @EnabledForJreRange(maxVersion = 23, disabledReason = "Spark 3.5 does not run on later Javas")
    void trainsOnSpark() throws IOException {
        Path data = folder.resolve("data");
        new RenderedDataset(40, 4, 2, 1).write(data);
        Path output = folder.resolve("run");
        String[] options = {"spark-train", "--master", "local[2]", "--workers", "2",
            "--averaging-frequency", "2", "--conf", "spark.ui.enabled=false",
            "--data", data.toUri().toString(), "--output", output.toString(), "--variant", "x0_25", "--image-size",
            "32", "--epochs", "1", "--batch-size", "8"};
        assertThat(run(options)).as(text.toString()).isZero();
        assertThat(text.toString()).contains("1 epochs of 5 steps").contains("best: ");
        assertThat(output.resolve("recipe.yaml")).content().contains("microBatchSize: 4");
    }

    @Test
    void wrongUsageIsExplained() {
        assertThat(run("spark-train", "--master", "local[2]", "--workers", "0", "--data", "d", "--output", "o"))
                .isEqualTo(2);
        assertThat(text.toString()).contains("workers must be at least 1, got 0");
        assertThat(run("spark-train", "--ui", "--data", "d", "--output", "o")).isEqualTo(2);
        assertThat(text.toString()).contains("Unknown option: '--ui'");
        assertThat(run("spark-train", "--averaging-frequency", "0", "--data", "d", "--output", "o")).isEqualTo(2);
        assertThat(text.toString()).contains("steps between averages must be at least 1, got 0");
        assertThat(run("spark-train", "--master", "local", "--resume", "r", "--seed", "2")).as(text.toString())
                .isEqualTo(2);
        assertThat(text.toString()).contains("a run is resumed with its own options: leave out --seed (see");
        assertThat(run("spark-train", "--data", "d", "--output", "o")).isOne();
        assertThat(text.toString()).contains("error: no Spark master: name one");
        assertThat(run("train", "--averaging-frequency", "2")).isEqualTo(2);
    }

    /** As where somebody has this library without Spark. */
    @Test
    void withoutSparkOneLineSaysWhatIsMissing() throws Exception {
        String without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("spark") || entry.endsWith("classes"))
                .collect(Collectors.joining(File.pathSeparator));
        JavaProgram ended = JavaProgram.run(List.of("--add-modules", "jdk.incubator.vector"), without, Main.class,
                "spark-train", "--master", "local", "--data", "d", "--output", "o");
        assertThat(ended.exitCode()).isOne();
        assertThat(ended.output().stream().filter(line -> line.startsWith("error")).toList()).singleElement().asString()
                .contains("Apache Spark is not on the class path").contains("target/class-path-spark");
    }
}
