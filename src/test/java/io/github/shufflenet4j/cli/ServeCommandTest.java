package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;

/** {@code serve} as a process. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServeCommandTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;
    private static Path three;
    private static Path five;
    private static byte[] photo;

    private Process process;

    @BeforeAll
    static void makeModels() throws IOException {
        three = model(3);
        five = model(5);
        photo = new RenderedDataset(64, 1, 1, 1).jpeg(Split.VAL, 0, 0);
    }

    private static Path model(int classes) throws IOException {
        Path file = folder.resolve("of-" + classes + ".zip");
        ModelFile.write(file, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, classes), false);
        return file;
    }

    private BufferedReader serve(Object... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("serve", "--port", "0"));
        for (Object arg : args) {
            all.add(arg.toString());
        }
        process = new ProcessBuilder(JavaProgram.command(List.of("--add-modules", "jdk.incubator.vector"),
                System.getProperty("java.class.path"), Main.class, all.toArray(String[]::new)))
                .redirectError(folder.resolve("err").toFile()).start();
        return process.inputReader();
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** What is printed until it serves, that line being the last. */
    private static List<String> untilServing(BufferedReader output) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith("serving on ")) {
                return lines;
            }
        }
        throw new AssertionError("ended: " + lines + Files.readString(folder.resolve("err")));
    }

    private static URI address(List<String> lines) {
        return URI.create(lines.get(lines.size() - 1).substring("serving on ".length()));
    }

    private static HttpResponse<String> predict(URI server, String model, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/predictions/" + model + "?top=9"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(photo));
        return CLIENT.send((headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int predictions(HttpResponse<String> answer) {
        return answer.body().split("\"label\"", -1).length - 1;
    }

    @Test
    void servesNamedModelsToThoseWhoHaveTheTokenUntilItIsTerminated() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        BufferedReader output = serve("--model", "first=" + three, "--model", five, "--token", token);
        List<String> lines = untilServing(output);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("first ").contains("3 classes");
        assertThat(lines.get(1)).startsWith("of-5 ").contains("5 classes");
        URI server = address(lines);
        assertThat(server.getHost()).isEqualTo("127.0.0.1");
        assertThat(predict(server, "first").statusCode()).isEqualTo(401);
        HttpResponse<String> answer = predict(server, "first", "Authorization", "Bearer secret");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(predictions(answer)).isEqualTo(3);
        assertThat(predictions(predict(server, "of-5", "Authorization", "Bearer secret"))).isEqualTo(5);
        process.toHandle().destroy(); // SIGTERM, and unlike process.destroy() leaves the streams open
        assertThat(output.readLine()).isEqualTo("stopped");
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(folder.resolve("err"))).contains("stopping when all requests are answered");
    }

    @Test
    void watchesFilesAndWarnsOfAnOpenAddress() throws Exception {
        Path watched = Files.copy(three, folder.resolve("watched.zip"));
        URI server = address(untilServing(serve("--model", watched, "--watch", "0.05", "--host", "0.0.0.0")));
        URI local = URI.create("http://127.0.0.1:" + server.getPort());
        assertThat(Files.readString(folder.resolve("err"))).contains("warning:", "no --token");
        assertThat(predictions(predict(local, "watched"))).isEqualTo(3);
        Path next = Files.copy(five, folder.resolve("next.zip"));
        Files.move(next, watched, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        while (predictions(predict(local, "watched")) != 5) {
            Thread.onSpinWait(); // until it has been loaded; the test's limit of time bounds this
        }
    }

    @Test
    void badArgumentsAreNamed() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        CommandRun.of("serve", "--model", three, "--token", folder.resolve("none")).assertFailed("none");
        CommandRun.of("serve", "--model", three, "--token", empty).assertFailed(empty.toString(), "a token");
        CommandRun.of("serve", "--model", folder.resolve("none.zip")).assertFailed("none.zip");
        CommandRun.of("serve", "--model", empty).assertFailed(empty.toString());
        CommandRun.of("serve", "--model", three, "--port", "0", "--tls", empty, "--tls-password", empty)
                .assertFailed(empty.toString(), "not a keystore");
        assertUsage("--tls and --tls-password need each other", "--model", three, "--tls", empty);
        assertUsage("port", "--model", three, "--port", "65536");
        assertUsage("two models", "--model", three, "--model", three);
        assertUsage("origin", "--model", three, "--cors", "example.org");
        assertUsage("name of a host", "--model", three, "--allow-host", "a b");
        assertUsage("--watch", "--model", three, "--watch", "-1");
        assertUsage("--max-body", "--model", three, "--max-body", "0");
    }

    private static void assertUsage(String part, Object... args) {
        List<Object> all = new ArrayList<>(List.of("serve"));
        all.addAll(List.of(args));
        CommandRun run = CommandRun.of(all.toArray());
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(part);
    }
}
