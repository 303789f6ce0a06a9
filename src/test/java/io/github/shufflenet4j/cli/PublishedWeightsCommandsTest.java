package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.TestServer;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.DownloadOptions;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.pretrained.PublishedWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/** Published weights by name, from a server on this machine that has two small networks, one of them missing. */
@Timeout(120)
class PublishedWeightsCommandsTest {

    private static final TrainedModel MODEL =
            RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 4);

    @TempDir
    Path folder;

    private byte[] content;
    private TestServer server;
    private List<PublishedWeights> registry;
    private String out;
    private String err;

    @BeforeEach
    void publish() throws IOException {
        Path file = folder.resolve("published.safetensors");
        ExportFormat.SAFETENSORS.write(file, MODEL);
        content = Files.readAllBytes(file);
        server = new TestServer((request, answer) -> {
            if (request.path().equals("/x0_25.pth")) {
                TestServer.serve(request, answer, content, "\"1\"");
            } else {
                TestServer.head(answer, 404, "Content-Length: 0");
            }
        });
        registry = List.of(published(ShuffleNetV2Variant.X0_25, Sha256.of(file).substring(0, 8)),
                published(ShuffleNetV2Variant.X1_0, "0123456789"));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        System.clearProperty(FileCache.OFFLINE_PROPERTY);
    }

    private static PublishedWeights published(ShuffleNetV2Variant variant, String hash) {
        return new PublishedWeights(variant, BlockLayout.TORCHVISION, "a test", "CC0-1.0", "nothing",
                URI.create("https://published.invalid/" + variant.label() + ".pth"), new Sha256(hash),
                OptionalLong.empty(), MODEL.metadata().preprocessing(), MODEL.metadata().classNames(), 12.5, 50,
                URI.create("https://recipe.invalid"));
    }

    private int shufflenet(Object... args) {
        CommandRun run = CommandRun.of(Main.commandLine(registry, () -> new FileCache(folder.resolve("cache"),
                Boolean.getBoolean(FileCache.OFFLINE_PROPERTY), Optional.of(server.address("")),
                new DownloadOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, Duration.ZERO,
                        ProxySelector.of(null)))), args);
        out = run.out();
        err = run.err();
        return run.code();
    }

    private void assertFails(int code, Object[] args, String... parts) {
        assertThat(shufflenet(args)).as(() -> err).isEqualTo(code);
        List<String> lines = err.lines().filter(line -> !line.startsWith("Downloading ")).toList();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("error: ").contains(parts);
    }

    @Test
    void listFetchAndPath() throws IOException {
        Path file = folder.resolve("cache/x0_25.pth");
        assertThat(shufflenet("weights", "path")).isZero();
        assertThat(out.strip()).isEqualTo(folder.resolve("cache").toString());
        assertFails(1, new Object[] {"weights", "path", "imagenet:x0_25"}, file.toString(),
                "run 'shufflenet weights fetch imagenet:x0_25'");
        assertThat(shufflenet("weights", "fetch", "imagenet:x0_25")).as(() -> err).isZero();
        assertThat(out.strip()).isEqualTo(file.toString());
        assertThat(err).contains("Downloading " + server.address("/x0_25.pth"));
        assertThat(file).hasBinaryContent(content);
        assertThat(shufflenet("weights", "path", "imagenet:0.25")).isZero();
        assertThat(out.strip()).isEqualTo(file.toString());
        assertThat(shufflenet("weights", "list")).isZero();
        assertThat(out.lines().toList()).hasSize(3)
                .anyMatch(line -> line.matches("imagenet:x0_25 +12\\.500 +50\\.000 +CC0-1\\.0 +yes +a test"))
                .anyMatch(line -> line.matches("imagenet:x1_0 .* no +a test"));
        assertThat(shufflenet("weights", "list", "--format", "json")).isZero();
        JsonNode first = new ObjectMapper().readTree(out.lines().findFirst().orElseThrow());
        assertThat(first.get("name").asText()).isEqualTo("imagenet:x0_25");
        assertThat(first.get("path").asText()).isEqualTo(file.toString());
    }

    @Test
    void numbersDoNotDependOnTheLocale() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=de", "-Dshufflenet.cache=" + folder, "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "weights", "list").start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains(" 60.552 ");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void trainingFetchesNothingForAFolderThatHoldsARun() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.createFile(run.resolve("last.zip"));
        assertFails(1, new Object[] {"train", "--data", folder, "--output", run, "--weights", "imagenet:x0_25"},
                run.toString(), "already holds a run (last.zip)");
        assertThat(folder.resolve("cache")).doesNotExist();
        assertThat(run).isDirectoryNotContaining("glob:**run.lock");
    }

    @Test
    void commandsAcceptNamesForFiles() throws IOException {
        Path imported = folder.resolve("imported.zip");
        assertThat(shufflenet("import", "--from", "imagenet:x0_25", "--to", imported)).as(() -> err).isZero();
        assertThat(ModelLoader.load(imported).network().params()).isEqualTo(MODEL.network().params());
        assertThat(shufflenet("summary", "--model", "imagenet:x0_25", "--format", "json")).isZero();
        Path exported = folder.resolve("exported.pth");
        assertThat(shufflenet("export", "--model", "imagenet:x0_25", "--to", exported)).isZero();
        assertThat(ModelLoader.load(exported).metadata()).isEqualTo(MODEL.metadata());
        assertThat(shufflenet("datasets", "generate", "--output", folder.resolve("data"), "--size", 40, "--train", 2,
                "--val", 1)).isZero();
        assertThat(shufflenet("train", "--data", folder.resolve("data"), "--output", folder.resolve("run"), "--weights",
                "imagenet", "--variant", "x0_25", "--image-size", 32, "--batch-size", 8, "--epochs", 1))
                .as(() -> err).isZero();
        assertThat(out).contains("x0_25", "classifier of a linear probe");
        assertThat(ModelLoader.load(folder.resolve("run/model.zip")).metadata().provenance())
                .containsEntry("startingWeights", "x0_25.pth");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void failuresAreExplained() {
        assertFails(1, new Object[] {"weights", "fetch", "imagenet"},
                server.address("/x1_0.pth") + ": HTTP status 404");
        assertFails(1, new Object[] {"import", "--offline", "--from", "imagenet:x0_25", "--to",
                folder.resolve("x.zip")},
                "cache/x0_25.pth: is not here, and nothing is downloaded offline", "fetch imagenet:x0_25 when online");
        assertThat(folder.resolve("x.zip")).doesNotExist();
        System.clearProperty(FileCache.OFFLINE_PROPERTY);
        content[content.length - 1]++;
        assertFails(1, new Object[] {"weights", "fetch", "imagenet:x0_25"}, "SHA-256");
    }

    @Test
    void unknownNamesAreRejected() {
        assertFails(2, new Object[] {"weights", "fetch", "imagenet:x9"}, "unknown variant 'x9'");
        assertFails(2, new Object[] {"weights", "fetch", "imagenet:x1_5"}, "no weights were published for x1_5");
        assertFails(2, new Object[] {"weights", "fetch"}, "name weights, as in imagenet:x1_0, or --all");
        assertFails(2, new Object[] {"weights", "fetch", "--all", "imagenet"}, "--all");
        assertFails(2, new Object[] {"weights", "fetch", "cifar"}, "published weights have names such as");
        assertFails(1, new Object[] {"summary", "--model", "./imagenet"}, "imagenet: no such file");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void cards() throws IOException {
        assertThat(shufflenet("card", "--model", "imagenet:x0_25")).as(() -> err).isZero();
        assertThat(out).contains("# ShuffleNetV2 x0.25", "CC0-1.0", "Top-1 12.500 %", "nothing");
        assertThat(server.requests()).isEmpty();
        Path card = folder.resolve("card.md");
        assertThat(shufflenet("card", "--model", folder.resolve("published.safetensors"), "--output", card)).isZero();
        assertThat(Files.readString(card)).contains("| Source | a test |", "class \"ä\" 0");
        assertFails(1, new Object[] {"card", "--model", folder.resolve("none")}, "no such file");
    }
}
