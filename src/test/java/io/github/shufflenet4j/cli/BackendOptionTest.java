package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.backend.Backends;

/** {@code --backend}, and what {@code backends} says of it, on the class path without CUDA that tests run with. */
class BackendOptionTest {

    private record Outcome(int code, String out, String err) {
    }

    private static Outcome shufflenet(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(args);
        return new Outcome(code, out.toString(), err.toString());
    }

    @Test
    void backendsTellsWhatIsUsedAndWhy() throws IOException {
        assumeThat(Backends.cuda().onClassPath()).isFalse();
        Outcome outcome = shufflenet("backends", "--format", "json");
        assertThat(outcome.code()).isZero();
        JsonNode report = new ObjectMapper().readTree(outcome.out());
        assertThat(report.path("backend").asText()).isEqualTo("CPU");
        assertThat(report.path("reason").asText()).contains("not on the class path");
        assertThat(report.path("layers").asText()).isEqualTo("this library's kernels");
        assertThat(report.path("threads").asInt()).isPositive();
        assertThat(report.path("memoryMiB").path("heap").asLong()).isPositive();
        assertThat(report.path("versions").path("nd4j-native").asText()).isEqualTo("1.0.0-M2.1");
        assertThat(shufflenet("backends", "--backend", "cpu").out()).containsPattern("because +asked for");
    }

    @Test
    void backendsReportsWhatCannotBeUsed() throws IOException {
        assumeThat(Backends.cuda().isUsable()).isFalse();
        Outcome outcome = shufflenet("backends", "--backend", "CUDA", "--format", "json");
        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(outcome.out()).path("backend").isNull()).isTrue();
    }

    @Test
    void cudaWithoutCudaFailsBeforeAnythingIsDone(@TempDir Path folder) {
        assumeThat(Backends.cuda().isUsable()).isFalse();
        Path output = folder.resolve("run");
        Outcome outcome = shufflenet("train", "--backend", "cuda", "--data", "nowhere", "--output", output.toString());
        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err()).startsWith("error: CUDA cannot be used: ").contains("mvn package -Pcuda");
        assertThat(outcome.err().strip()).doesNotContain("\n");
        assertThat(Files.exists(output)).isFalse();
        assertThat(shufflenet("--backend", "cuda", "predict", "--model", "nowhere.zip", "x.jpg").code()).isEqualTo(3);
    }

    @Test
    void otherWordsAreWrongUsage() {
        Outcome outcome = shufflenet("evaluate", "--backend", "gpu", "--model", "m.zip", "--data", "d");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("--backend", "gpu");
    }
}
