package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.TestServer;
import io.github.shufflenet4j.data.preparation.DatasetDescription;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.DownloadOptions;
import io.github.shufflenet4j.io.download.FileCache;

/** A dataset described in a user's own file, from a server on this machine that is the mirror of all. */
@Timeout(120)
class DatasetsCommandsTest {

    @TempDir
    private Path folder;
    private Path description;
    private TestServer server;
    private String out;
    private String err;

    @BeforeEach
    void publish() throws IOException {
        Path images = folder.resolve("images");
        new RenderedDataset(40, 3, 1, 1).write(images);
        Path archive = folder.resolve("drawn.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
                var files = Files.walk(images)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry("drawn/" + images.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, zip);
            }
        }
        byte[] content = Files.readAllBytes(archive);
        server = new TestServer((request, answer) -> {
            if (request.path().equals("/drawn.zip")) {
                TestServer.serve(request, answer, content, "\"1\"");
            } else {
                TestServer.head(answer, 404, "Content-Length: 0");
            }
        });
        description = Files.writeString(folder.resolve("drawn.yaml"), """
                title: Drawn
                homepage: https://home.invalid
                licence: CC0-1.0
                terms: for anything
                classes: 10
                trainImages: 30
                valImages: 10
                layout: split-folders
                files:
                  - name: drawn.zip
                    archive: zip
                    address: https://published.invalid/sets/drawn.zip
                    size: %d
                    sha256: %s
                """.formatted(content.length, Sha256.of(archive)));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        System.clearProperty(FileCache.OFFLINE_PROPERTY);
    }

    private int shufflenet(Object... args) {
        CommandRun run = CommandRun.of(Main.commandLine(List.of(), () -> new FileCache(folder.resolve("cache"),
                Boolean.getBoolean(FileCache.OFFLINE_PROPERTY), Optional.of(server.address("")),
                new DownloadOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, Duration.ZERO,
                        ProxySelector.of(null)))), args);
        out = run.out();
        err = run.err();
        return run.code();
    }

    private void assertFails(int code, Object[] args, String... parts) {
        assertThat(shufflenet(args)).as(() -> err).isEqualTo(code);
        assertThat(err.lines()).singleElement().asString().startsWith("error: ").contains(parts);
    }

    @Test
    void datasetsArePreparedOnceForTraining() throws IOException {
        Path output = folder.resolve("prepared");
        assertFails(1, new Object[] {"datasets", "prepare", description, "--output", output, "--offline"},
                "prepared.download/drawn.zip: is not here, and nothing is downloaded offline; fetch drawn when online");
        System.clearProperty(FileCache.OFFLINE_PROPERTY);
        assertThat(shufflenet("datasets", "prepare", description, "--output", output)).as(() -> err).isZero();
        assertThat(out.strip())
                .isEqualTo(output + ": 10 classes, 30 training and 10 validation images");
        assertThat(err).contains("Downloading " + server.address("/drawn.zip"), "Laying out 40 images");
        assertThat(ImageFolder.open(output.resolve("val")).classes()).isEqualTo(RenderedDataset.CLASSES);
        assertThat(folder.resolve("prepared.download")).doesNotExist();
        assertThat(shufflenet("datasets", "prepare", description, "--output", output)).isZero();
        assertThat(out).contains("is prepared already");
        assertThat(shufflenet("train", "--data", output, "--output", folder.resolve("run"), "--variant", "x0_25",
                "--image-size", 32, "--batch-size", 10, "--epochs", 1)).as(() -> err).isZero();
        Path other = folder.resolve("other");
        assertThat(shufflenet("datasets", "prepare", description, "--output", other, "--archive",
                folder.resolve("drawn.zip"))).as(() -> err).isZero();
        assertThat(err).contains("Checking " + folder.resolve("drawn.zip"));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void listAndShow() {
        assertThat(shufflenet("datasets", "list")).as(() -> err).isZero();
        assertThat(out.lines()).hasSize(1 + DatasetDescription.SHIPPED.size())
                .anyMatch(line -> line.matches("cifar-10 +10 +50000 +10000 +170\\.1 MB +CIFAR-10"))
                .anyMatch(line -> line.matches("imagenet-1k +1000 +1281167 +50000 +by hand +ImageNet-1k .*"));
        assertThat(shufflenet("datasets", "show", description)).isZero();
        assertThat(out).contains("homepage:  https://home.invalid", "licence:   CC0-1.0",
                "address: https://published.invalid/sets/drawn.zip");
    }

    @Test
    void failuresAreExplained() throws IOException {
        assertFails(1, new Object[] {"datasets", "show", "mnist"}, "mnist: no such dataset", "imagenette-320");
        assertFails(1, new Object[] {"datasets", "prepare", "imagenet-1k", "--output", folder.resolve("i")},
                "ILSVRC2012_img_train.tar", "by hand", "--archive");
        assertFails(2, new Object[] {"datasets", "prepare", "flowers"}, "--output");
        assertFails(1, new Object[] {"datasets", "prepare", description, "--output", folder.resolve("images")},
                "images: holds something else than this dataset");
        Files.writeString(description, Files.readString(description).replace("classes: 10", "classes: ten"));
        assertFails(1, new Object[] {"datasets", "show", description},
                description + ":5: classes must be a whole number from 2 on, not 'ten'");
        assertThat(server.requests()).isEmpty();
    }
}
