package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.rendered.RenderedDataset;

/** Training in processes of its own, which are killed or asked to stop, against training that never was. */
@DisabledOnOs(OS.WINDOWS) // which has no signals
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KillAndResumeTest {

    private static final int KILLS = 2;

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path whole;

    @BeforeAll
    static void runWithoutAnInterruption() throws IOException {
        data = folder.resolve("data");
        whole = folder.resolve("whole");
        new RenderedDataset(64, 6, 1, 1).write(data);
        // In this process, which computes on all cores: neither makes a difference to the bits.
        CommandRun.of(startArguments(whole).toArray()).assertSucceeded();
    }

    private static List<String> startArguments(Path run) {
        return List.of("train", "--data", data.toString(), "--output", run.toString(), "--variant", "x0_25",
                "--image-size", "64", "--batch-size", "10", "--micro-batch-size", "5", "--epochs", "3",
                "--optimizer", "adamw", "--set", "mixup=0.2", "--set", "emaDecay=0.999",
                "--checkpoint-minutes", "0.003");
    }

    private static List<String> resumeArguments(Path run) {
        return List.of("train", "--resume", run.toString(), "--checkpoint-minutes", "0.003");
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(processorOptions());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        command.addAll(List.of("--threads", "1"));
        return command;
    }

    /** The options that decide which kernels run: they sum in different orders, so all processes need the same. */
    private static List<String> processorOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-modules") || option.matches("-XX:.*(AVX|Vector|FMA).*"))
                .toList();
    }

    private static Process start(Path run, List<String> arguments) throws IOException {
        return start(run, command(arguments).toArray(String[]::new));
    }

    private static Process start(Path run, String... command) throws IOException {
        Path log = run.resolveSibling(run.getFileName() + ".log");
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log.toFile())).start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        process.waitFor();
        StringBuilder logs = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
                logs.append(Files.readString(log));
            }
        }
        return logs.toString();
    }

    private static String newestCheckpoint(Path run) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return "";
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".zip"))
                    .max(String::compareTo).orElse("");
        }
    }

    /** Waits until the run has got further than it was, so that every process does some of the work. */
    private static void awaitProgress(Path run, String before, Process process) throws Exception {
        while (process.isAlive() && newestCheckpoint(run).compareTo(before) <= 0) {
            Thread.sleep(5);
        }
    }

    private static void assertSameAsWhole(Path run) throws IOException {
        for (String name : List.of("model.zip", "last.zip", "averaged.zip")) {
            for (String entry : List.of("coefficients.bin", "updaterState.bin")) {
                assertThat(entry(run.resolve(name), entry)).as(name + " " + entry)
                        .isEqualTo(entry(whole.resolve(name), entry));
            }
        }
        assertThat(metrics(run)).isEqualTo(metrics(whole));
    }

    private static byte[] entry(Path file, String name) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.getEntry(name) == null ? new byte[0]
                    : zip.getInputStream(zip.getEntry(name)).readAllBytes();
        }
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.csv"), StandardCharsets.UTF_8).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    /** A limit on the size of files takes the place of a full disk, in the middle of a checkpoint. */
    @Test
    void aWriteThatFailsHalfwayLeavesTheCheckpointBeforeItAndIsTold() throws Exception {
        Path run = folder.resolve("full");
        copyTree(whole.resolve("checkpoints"), run.resolve("checkpoints"));
        Path newest = run.resolve("checkpoints").resolve(newestCheckpoint(run));
        Files.delete(newest);
        newest = run.resolve("checkpoints").resolve(newestCheckpoint(run));
        byte[] before = Files.readAllBytes(newest);
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 1024; exec \"$@\"", "sh"));
        command.addAll(command(resumeArguments(run)));
        Process process = start(run, command.toArray(String[]::new));
        assertThat(process.waitFor()).as(output(process)).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("full.log"))).filteredOn(line -> line.startsWith("error: "))
                .singleElement().asString().contains("cannot be written (File too large)",
                        newest + " is whole: make room and go on with --resume " + run);
        assertThat(newest).hasBinaryContent(before);
        assertThat(newestCheckpoint(run)).isEqualTo(newest.getFileName().toString());
        try (Stream<Path> files = Files.walk(run)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void killedOrStoppedAtAnyMomentItEndsWithTheSameBits() throws Exception {
        Path run = folder.resolve("interrupted");
        Path log = folder.resolve("interrupted.log");
        Random random = new Random(11);
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            String before = newestCheckpoint(run);
            Process process = start(run, before.isEmpty() ? startArguments(run) : resumeArguments(run));
            awaitProgress(run, before, process);
            Thread.sleep(random.nextInt(300));
            killed += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor();
        }
        assertThat(killed).as("killed while it ran").isGreaterThan(0);

        Process asked = start(run, resumeArguments(run));
        awaitProgress(run, newestCheckpoint(run), asked);
        asked.destroy(); // SIGTERM
        assertThat(asked.waitFor()).as(output(asked)).isZero();
        assertThat(Files.readString(log)).contains("resumed from").contains("stopped in epoch")
                .contains("--resume " + run);

        Process last = start(run, resumeArguments(run));
        assertThat(last.waitFor()).as(output(last)).isZero();
        assertThat(Files.readString(log)).contains("resumed from").contains("epoch 3/3");
        assertSameAsWhole(run);
    }
}
