package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An output that cannot be written is told before anything else: all other files that are named here are missing. */
class UnwritableOutputTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "evaluate --model none --data none --report OUT.html",
        "probe --data none --weights none.zip --output OUT.zip",
        "features --model none --data none --output OUT.npy",
        "forward --model none --input none --output OUT.npy",
        "export --model none --to OUT.onnx",
        "import --from none --to OUT.zip",
        "card --model none --output OUT.md",
        "guidelines --output OUT",
        "train --data none --output OUT",
        "lr-find --data none --output OUT.html",
        "runs compare none none --output OUT.html",
        "spark-train --master local --data none --output OUT",
        "datasets preview --data none --output OUT.png",
        "datasets shard --data none --output OUT",
        "datasets generate --output OUT",
        "datasets prepare none --output OUT"})
    void isReportedBeforeAnythingElse(String line, @TempDir Path folder) throws IOException {
        Path output = Files.writeString(folder.resolve("file"), "").resolve("x");
        CommandRun run = CommandRun.of((Object[]) line.replace("OUT", output.toString()).split(" "));
        assertThat(run.err()).startsWith("error: " + output).containsPattern("is a file|folder does not exist")
                .hasLineCount(1);
        assertThat(run.code()).isEqualTo(1);
    }
}
