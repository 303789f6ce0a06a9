package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.shufflenet4j.backend.Backends;

/** {@code --backend} and the command {@code backends}, on the tests' class path without CUDA. */
class BackendOptionTest {

    @Test
    void backendsReportsTheChoiceAndItsReason() throws IOException {
        assumeThat(Backends.cuda().onClassPath()).isFalse();
        CommandRun outcome = CommandRun.of("backends", "--format", "json");
        assertThat(outcome.code()).isZero();
        JsonNode report = outcome.json();
        assertThat(report.path("backend").asText()).isEqualTo("CPU");
        assertThat(report.path("reason").asText()).contains("not on the class path");
        assertThat(report.path("layers").asText()).isEqualTo("this library's kernels");
        assertThat(report.path("threads").asInt()).isPositive();
        assertThat(report.path("memoryMiB").path("heap").asLong()).isPositive();
        assertThat(report.path("versions").path("nd4j-native").asText()).isEqualTo("1.0.0-M2.1");
        assertThat(CommandRun.of("backends", "--backend", "cpu").out()).containsPattern("because +asked for");
    }

    @Test
    void backendsReportsThatCudaIsUnavailable() throws IOException {
        assumeThat(Backends.cuda().isUsable()).isFalse();
        CommandRun outcome = CommandRun.of("backends", "--backend", "CUDA", "--format", "json");
        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.json().path("backend").isNull()).isTrue();
    }

    @Test
    void requestingUnavailableCudaFailsAtOnce(@TempDir Path folder) {
        assumeThat(Backends.cuda().isUsable()).isFalse();
        Path output = folder.resolve("run");
        CommandRun outcome = CommandRun.of("train", "--backend", "cuda", "--data", "nowhere", "--output", output);
        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err()).startsWith("error: CUDA cannot be used: ").contains("mvn package -Pcuda");
        assertThat(outcome.err().strip()).doesNotContain("\n");
        assertThat(Files.exists(output)).isFalse();
        assertThat(CommandRun.of("--backend", "cuda", "predict", "--model", "nowhere.zip", "x.jpg").code())
                .isEqualTo(3);
    }

    @Test
    void unknownBackendsAreWrongUsage() {
        CommandRun outcome = CommandRun.of("evaluate", "--backend", "gpu", "--model", "m.zip", "--data", "d");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("--backend", "gpu");
    }
}
