package io.github.shufflenet4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.TestServer;
import io.github.shufflenet4j.cli.Main;
import io.github.shufflenet4j.data.rendered.RenderedDataset;

/** Signals to processes of their own. */
@DisabledOnOs(OS.WINDOWS) // which has no signals
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StopRequestTest {

    private Process process;

    /** Is asked to stop when it has said "ready", and reads a line where training would do a step. */
    static final class Trained {

        public static void main(String[] args) throws IOException {
            PrintWriter out = new PrintWriter(System.out, true);
            try (StopRequest stop = new StopRequest(out)) {
                if (args[0].equals("training")) {
                    stop.getAsBoolean();
                }
                out.println("ready");
                String order = String.valueOf((char) System.in.read());
                if (order.equals("e")) {
                    throw new OutOfMemoryError("of a test");
                }
                out.println("asked: " + stop.getAsBoolean());
            }
        }
    }

    private BufferedReader start(String phase) throws IOException {
        process = new ProcessBuilder(JavaProgram.command(List.of(), System.getProperty("java.class.path"),
                Trained.class, phase)).redirectErrorStream(true).start();
        BufferedReader output = process.inputReader();
        assertThat(output.readLine()).isEqualTo("ready");
        return output;
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
    }

    /** A shell's background process ignores Ctrl-C, and so do processes that it starts. */
    private static void assumeHeard(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            long ignored = Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16))
                    .findFirst().orElse(0);
            assumeFalse((ignored >> (signal - 1) & 1) == 1, "the signal is ignored");
        }
    }

    private void order(char letter) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(letter);
        }
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 2", "TERM, 15"})
    void beforeTrainingTheFirstSignalEndsTheProcess(String name, int number) throws Exception {
        assumeHeard(number);
        start("listing");
        signal(name);
        assertThat(process.waitFor()).isEqualTo(128 + number);
    }

    @ParameterizedTest
    @CsvSource({"INT, 2", "TERM, 15"})
    void duringTrainingTheSecondSignalEndsTheProcess(String name, int number) throws Exception {
        assumeHeard(number);
        BufferedReader output = start("training");
        signal(name);
        assertThat(output.readLine()).startsWith("stopping after this step");
        signal(name);
        assertThat(process.waitFor()).isEqualTo(128 + number);
    }

    @Test
    void aRequestIsKeptUntilTheNextCall() throws Exception {
        BufferedReader output = start("training");
        signal("TERM");
        assertThat(output.readLine()).startsWith("stopping after this step");
        order('g');
        assertThat(output.readLine()).isEqualTo("asked: true");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void anErrorAfterARequestEndsTheProcess() throws Exception {
        BufferedReader output = start("training");
        signal("TERM");
        assertThat(output.readLine()).startsWith("stopping after this step");
        order('e');
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void trainEndsAtOnceWhileItDownloads(@TempDir Path folder) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        new RenderedDataset(40, 1, 1, 1).write(folder.resolve("data"));
        try (TestServer server = new TestServer((request, out) -> {
            asked.countDown();
            new CountDownLatch(1).await(); // never answers
        })) {
            ProcessBuilder train = new ProcessBuilder(JavaProgram.command(
                    List.of("--add-modules", "jdk.incubator.vector"), System.getProperty("java.class.path"),
                    Main.class, "train", "--data", folder.resolve("data").toString(), "--output",
                    folder.resolve("run").toString(), "--weights", "imagenet:x0_5"));
            train.environment().put("SHUFFLENET_MIRROR", server.address("/").toString());
            train.environment().put("SHUFFLENET_CACHE", folder.resolve("cache").toString());
            train.environment().remove("SHUFFLENET_OFFLINE");
            process = train.redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile()).start();
            process.onExit().thenRun(asked::countDown);
            asked.await();
            process.destroy(); // SIGTERM
            assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isEqualTo(128 + 15);
        }
    }
}
