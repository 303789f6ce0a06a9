package io.github.shufflenet4j.io.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.TestServer;
import io.github.shufflenet4j.io.Sha256;

@Timeout(60)
class FileCacheTest {

    private static final byte[] CONTENT = "weights".repeat(1000).getBytes();
    private static final DownloadOptions OPTIONS = new DownloadOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 2,
            Duration.ZERO, ProxySelector.of(null));

    @TempDir
    Path folder;

    private RemoteFile published() throws IOException {
        Path copy = Files.createTempFile(folder, "copy", null);
        Files.write(copy, CONTENT);
        String hash = Sha256.of(copy);
        Files.delete(copy);
        return new RemoteFile("imagenet:x1_0", URI.create("https://published.invalid/models/w-1.pth"), new Sha256(hash),
                OptionalLong.empty());
    }

    private FileCache cache(Path path, boolean offline, TestServer mirror) {
        return new FileCache(path, offline, Optional.of(mirror.address("/mirror/")), OPTIONS);
    }

    private static void serve(TestServer.Request request, OutputStream out) throws IOException {
        if (request.path().equals("/mirror/w-1.pth")) {
            TestServer.serve(request, out, CONTENT, "\"1\"");
        } else {
            TestServer.head(out, 404, "Content-Length: 0");
        }
    }

    @Test
    void downloadsOnceAndRepairsWhatIsDamaged() throws IOException {
        Path caches = folder.resolve("deep/er");
        try (TestServer server = new TestServer(FileCacheTest::serve)) {
            FileCache cache = cache(caches, false, server);
            assertThat(cache.find(published())).isEmpty();
            Path file = cache.fetch(published(), DownloadProgress.NONE);
            assertThat(file).isEqualTo(caches.resolve("w-1.pth")).hasBinaryContent(CONTENT);
            assertThat(cache.find(published())).contains(file);
            assertThat(cache.fetch(published(), DownloadProgress.NONE)).isEqualTo(file);
            assertThat(server.requests()).hasSize(1);
            Files.writeString(file, "damaged");
            assertThat(cache.find(published())).isEmpty();
            assertThat(cache.fetch(published(), DownloadProgress.NONE)).hasBinaryContent(CONTENT);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void offlineNothingIsDownloaded() throws IOException {
        try (TestServer server = new TestServer(FileCacheTest::serve)) {
            FileCache cache = cache(folder.resolve("c"), true, server);
            assertThatThrownBy(() -> cache.fetch(published(), DownloadProgress.NONE))
                    .isInstanceOf(DownloadException.class)
                    .hasMessage(folder.resolve("c/w-1.pth") + ": is not here, and nothing is downloaded offline; fetch"
                            + " imagenet:x1_0 when online, or put the content of"
                            + " https://published.invalid/models/w-1.pth there");
            assertThat(folder.resolve("c")).doesNotExist();
            Files.createDirectory(folder.resolve("c"));
            Files.writeString(folder.resolve("c/w-1.pth"), "damaged");
            assertThatThrownBy(() -> cache.fetch(published(), DownloadProgress.NONE))
                    .hasMessageContaining("is damaged, and");
            Files.write(folder.resolve("c/w-1.pth"), CONTENT);
            assertThat(cache.fetch(published(), DownloadProgress.NONE)).hasBinaryContent(CONTENT);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void manyAtTheSameTimeDownloadOnce() throws Exception {
        try (TestServer server = new TestServer((request, out) -> {
            Thread.sleep(300);
            serve(request, out);
        })) {
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            List<Path> waited = new CopyOnWriteArrayList<>();
            List<Thread> threads = IntStream.range(0, 6).mapToObj(i -> new Thread(() -> {
                try {
                    assertThat(cache(folder, false, server).fetch(published(), new DownloadProgress() {
                        @Override
                        public void waiting(Path target) {
                            waited.add(target);
                        }
                    })).hasBinaryContent(CONTENT);
                } catch (IOException | AssertionError e) {
                    failures.add(e);
                }
            })).toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(waited).isNotEmpty();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aFolderThatCannotBe() throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "x");
        try (TestServer server = new TestServer(FileCacheTest::serve)) {
            for (Path path : List.of(file, file.resolve("below"))) {
                assertThatThrownBy(() -> cache(path, false, server).fetch(published(), DownloadProgress.NONE))
                        .isInstanceOf(DownloadException.class)
                        .hasMessageStartingWith(path + ": downloads cannot be kept in this folder (")
                        .hasMessageEndingWith("; choose one that can be written to, for weights by SHUFFLENET_CACHE")
                        .hasMessageNotContaining("null");
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aMirrorWithoutTheFile() throws IOException {
        try (TestServer server = new TestServer((request, out) -> TestServer.head(out, 404, "Content-Length: 0"))) {
            assertThatThrownBy(() -> cache(folder, false, server).fetch(published(), DownloadProgress.NONE))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageStartingWith(server.address("/mirror/w-1.pth") + ": HTTP status 404: not found");
        }
        assertThat(folder.resolve("w-1.pth")).doesNotExist();
    }

    private static FileCache of(Map<String, String> environment, Map<String, String> properties) {
        return FileCache.of(environment::get,
                name -> name.equals("user.home") ? "/home/me" : properties.get(name));
    }

    @Test
    void environmentAndProperties() throws IOException {
        assertThat(of(Map.of(), Map.of()).folder()).isEqualTo(Path.of("/home/me/.cache/shufflenet4j"));
        assertThat(of(Map.of("XDG_CACHE_HOME", "/caches"), Map.of()).folder())
                .isEqualTo(Path.of("/caches/shufflenet4j"));
        assertThat(of(Map.of("XDG_CACHE_HOME", "relative"), Map.of()).folder())
                .isEqualTo(Path.of("/home/me/.cache/shufflenet4j"));
        assertThat(of(Map.of("XDG_CACHE_HOME", "/caches", "SHUFFLENET_CACHE", "/mine"), Map.of()).folder())
                .isEqualTo(Path.of("/mine"));
        assertThat(of(Map.of("SHUFFLENET_CACHE", "/mine"), Map.of("shufflenet.cache", "/his")).folder())
                .isEqualTo(Path.of("/his"));
        FileCache mirrored = of(Map.of("SHUFFLENET_MIRROR", "https://mirror.invalid/files/"), Map.of());
        assertThat(mirrored.uri(published())).isEqualTo(URI.create("https://mirror.invalid/files/w-1.pth"));
        assertThat(of(Map.of(), Map.of()).uri(published())).isEqualTo(published().uri());
        assertThatThrownBy(() -> of(Map.of("SHUFFLENET_MIRROR", "ftp://x/y"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("got 'ftp://x/y'");
        assertThatThrownBy(() -> of(Map.of("SHUFFLENET_MIRROR", "ht tp"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SHUFFLENET_MIRROR");
        assertThatThrownBy(() -> of(Map.of("SHUFFLENET_OFFLINE", "maybe"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SHUFFLENET_OFFLINE");
        FileCache offline = of(Map.of("SHUFFLENET_OFFLINE", "1", "SHUFFLENET_CACHE", folder + "/none"), Map.of());
        assertThatThrownBy(() -> offline.fetch(published(), DownloadProgress.NONE)).hasMessageContaining("offline");
    }
}
