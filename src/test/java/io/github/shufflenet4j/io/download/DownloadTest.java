package io.github.shufflenet4j.io.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.TestServer;
import io.github.shufflenet4j.io.Sha256;

/** Downloads from servers that misbehave. Whatever they do, the file is whole and right, or not there. */
@Timeout(60)
class DownloadTest {

    private static final byte[] CONTENT = new byte[300_000];
    private static final String TAG = "\"version-1\"";
    /** No proxy, little patience. */
    private static final DownloadOptions OPTIONS = new DownloadOptions(Duration.ofMillis(700), Duration.ofMillis(700),
            3, Duration.ofMillis(5), ProxySelector.of(null));

    @TempDir
    Path folder;

    private Path target;
    private Sha256 hash;
    private final List<String> events = new ArrayList<>();

    private final DownloadProgress progress = new DownloadProgress() {
        @Override
        public void started(URI address, long present, long total) {
            events.add("started " + present + "/" + total);
        }

        @Override
        public void retrying(URI address, String fault, Duration pause) {
            events.add(fault);
        }

        @Override
        public void finished(Path file) {
            events.add("finished");
        }
    };

    @BeforeEach
    void fill() throws IOException {
        new Random(1).nextBytes(CONTENT);
        Path copy = folder.resolve("original");
        Files.write(copy, CONTENT);
        hash = new Sha256(Sha256.of(copy).substring(0, 10));
        Files.delete(copy);
        target = folder.resolve("weights.pth");
    }

    private void fetch(TestServer server) throws IOException {
        fetch(server, OptionalLong.empty());
    }

    private void fetch(TestServer server, OptionalLong size) throws IOException {
        new Download(OPTIONS, server.address("/weights.pth"), target, hash, size, progress, FileChannel::open).run();
    }

    private void assertWhole() throws IOException {
        assertThat(target).hasBinaryContent(CONTENT);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(target);
        }
    }

    private void assertFails(TestServer server, String... parts) {
        assertThatThrownBy(() -> fetch(server)).isInstanceOf(DownloadException.class)
                .hasMessageStartingWith(server.address("/weights.pth") + ": ").hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "null"));
        assertThat(target).doesNotExist();
    }

    @Test
    void aGoodServer() throws IOException {
        Files.writeString(target, "old");
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            fetch(server, OptionalLong.of(CONTENT.length));
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).header("range")).isNull();
        }
        assertWhole();
        assertThat(events).containsExactly("started 0/300000", "finished");
    }

    @Test
    void withoutALength() throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            TestServer.head(out, 200);
            out.write(CONTENT);
        })) {
            fetch(server);
        }
        assertWhole();
        assertThat(events).containsExactly("started 0/-1", "finished");
    }

    @Test
    void aCutConnectionIsContinuedWhereItWasCut() throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            if (request.number() == 0) {
                TestServer.head(out, 200, "Content-Length: " + CONTENT.length, "ETag: " + TAG);
                out.write(CONTENT, 0, 100_000);
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            fetch(server);
            assertThat(server.requests().get(1).header("range")).isEqualTo("bytes=100000-");
            assertThat(server.requests().get(1).header("if-range")).isEqualTo(TAG);
        }
        assertWhole();
        assertThat(events).containsExactly("started 0/300000",
                "the connection was cut after 100000 of 300000 bytes", "started 100000/300000", "finished");
    }

    @Test
    void aLaterCallContinuesToo() throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            if (request.number() < OPTIONS.attempts()) {
                TestServer.head(out, request.number() == 0 ? 200 : 206, "Content-Length: 300000", "ETag: " + TAG,
                        "Content-Range: bytes " + 1000 * request.number() + "-299999/300000");
                out.write(CONTENT, 1000 * request.number(), 1000);
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            assertFails(server, "the connection was cut after 3000 of 300000 bytes, in the last of 3 attempts",
                    "run it again");
            fetch(server);
            assertThat(server.requests().get(3).header("range")).isEqualTo("bytes=3000-");
        }
        assertWhole();
    }

    @Test
    void continuedAtAnotherPlace() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), Arrays.copyOf(CONTENT, 1000));
        Files.writeString(folder.resolve("weights.pth.part.tag"), TAG);
        try (TestServer server = new TestServer((request, out) -> {
            if (request.number() == 0) {
                TestServer.head(out, 206, "Content-Length: 1000", "Content-Range: bytes 2000-2999/300000");
                out.write(CONTENT, 2000, 1000);
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            fetch(server);
        }
        assertWhole();
        assertThat(events).containsExactly("it continues at another place than it was asked to", "started 0/300000",
                "finished");
    }

    @Test
    void anotherVersionStartsAnew() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), new byte[5000]);
        Files.writeString(folder.resolve("weights.pth.part.tag"), "\"version-0\"");
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            fetch(server);
            assertThat(server.requests()).hasSize(1);
        }
        assertWhole();
        assertThat(events).containsExactly("started 0/300000", "finished");
    }

    @Test
    void bytesOfAnUnknownVersionAreNotContinued() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), new byte[5000]);
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            fetch(server);
            assertThat(server.requests().get(0).header("range")).isNull();
        }
        assertWhole();
    }

    @Test
    void aDamagedPartIsThrownAway() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), new byte[5000]);
        Files.writeString(folder.resolve("weights.pth.part.tag"), TAG);
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            fetch(server);
        }
        assertWhole();
        assertThat(events).containsExactly("started 5000/300000", "the continued file has the wrong SHA-256",
                "started 0/300000", "finished");
    }

    @Test
    void aPartLongerThanTheFileIsThrownAway() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), new byte[CONTENT.length + 5]);
        Files.writeString(folder.resolve("weights.pth.part.tag"), TAG);
        try (TestServer server = new TestServer((request, out) -> {
            if (request.header("range") != null) {
                TestServer.head(out, 416, "Content-Length: 0");
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            fetch(server);
        }
        assertWhole();
    }

    @Test
    void aWholePartNeedsNoServer() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), CONTENT);
        Files.writeString(folder.resolve("weights.pth.part.tag"), TAG);
        try (TestServer server = new TestServer((request, out) -> TestServer.head(out, 404))) {
            fetch(server);
            assertThat(server.requests()).isEmpty();
        }
        assertWhole();
    }

    @Test
    void theWrongContent() throws IOException {
        byte[] other = CONTENT.clone();
        other[77]++;
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, other, TAG))) {
            assertFails(server, "its SHA-256 begins with ", " where " + hash.prefix() + " was expected");
            assertThat(server.requests()).hasSize(1);
            assertThatThrownBy(() -> fetch(server, OptionalLong.of(299_999)))
                    .hasMessageContaining("has 300000 bytes where 299999 were expected");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void moreThanWasExpected() throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            TestServer.head(out, 200); // no length, and no end
            while (true) {
                out.write(CONTENT);
            }
        })) {
            assertThatThrownBy(() -> fetch(server, OptionalLong.of(CONTENT.length)))
                    .isInstanceOf(DownloadException.class).hasMessageContaining("sends more than the 300000 bytes");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"404, not found", "410, not found", "403, not allowed", "401, not allowed", "407, HTTPS_PROXY",
        "418, not the response to a download", "204, not the response to a download"})
    void refusals(int status, String meaning) throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            TestServer.head(out, status, status == 204 ? "X: y" : "Content-Length: 5",
                    "Proxy-Authenticate: Basic realm=x", "WWW-Authenticate: Basic realm=x");
            out.write("hello".getBytes());
        })) {
            assertFails(server, status + "", meaning);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void busyServersAreAskedAgain(int status) throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            if (request.number() < 2) {
                TestServer.head(out, status, "Content-Length: 0", "Retry-After: 0");
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            fetch(server);
            assertThat(server.requests()).hasSize(3);
        }
        assertWhole();
    }

    @Test
    void butNotForEver() throws IOException {
        try (TestServer server = new TestServer((request, out) -> TestServer.head(out, 503, "Content-Length: 0"))) {
            assertFails(server, "busy: HTTP status 503, in the last of 3 attempts");
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void stallsBeforeTheAnswer() throws IOException {
        try (TestServer server = new TestServer((request, out) -> Thread.sleep(30_000))) {
            assertFails(server, "it stalled: no answer for 1400 ms, in the last of 3 attempts");
        }
    }

    @Test
    void stallsWithinTheAnswer() throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            if (request.number() == 0) {
                TestServer.head(out, 200, "Content-Length: " + CONTENT.length, "ETag: " + TAG);
                out.write(CONTENT, 0, 7);
                out.flush();
                Thread.sleep(30_000);
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            fetch(server);
        }
        assertWhole();
        assertThat(events).contains("it stalled: no byte came for 700 ms after 7 of 300000 bytes", "started 7/300000");
    }

    @Test
    void hangsUpWithoutAnAnswer() throws IOException {
        try (TestServer server = new TestServer((request, out) -> { })) {
            assertFails(server, "no connection, or a broken one (", "in the last of 3 attempts");
        }
        try (TestServer server = new TestServer((request, out) -> out.write("what?\r\n\r\n".getBytes()))) {
            assertFails(server, "no connection, or a broken one (");
        }
    }

    @Test
    void nobodyThere() throws IOException {
        TestServer server = new TestServer((request, out) -> { });
        server.close();
        assertFails(server, "no connection, or a broken one (", "in the last of 3 attempts");
    }

    @Test
    void hostsThatDoNotExist() {
        URI address = URI.create("http://" + "a".repeat(64) + ".invalid/x"); // so long that nobody is asked about it
        assertThatThrownBy(() -> new Download(OPTIONS, address, target, hash, OptionalLong.empty(), progress,
                FileChannel::open).run())
                .isInstanceOf(DownloadException.class)
                .hasMessageStartingWith(address + ": no host of that name is known");
    }

    @Test
    void redirectsAreFollowedWithTheRange() throws IOException {
        Files.write(folder.resolve("weights.pth.part"), Arrays.copyOf(CONTENT, 1000));
        Files.writeString(folder.resolve("weights.pth.part.tag"), TAG);
        try (TestServer server = new TestServer((request, out) -> {
            if (request.path().equals("/weights.pth")) {
                TestServer.head(out, 302, "Location: elsewhere/file", "Content-Length: 0");
            } else {
                TestServer.serve(request, out, CONTENT, TAG);
            }
        })) {
            fetch(server);
            assertThat(server.requests().get(1).path()).isEqualTo("/elsewhere/file");
            assertThat(server.requests().get(1).header("range")).isEqualTo("bytes=1000-");
        }
        assertWhole();
    }

    @Test
    void redirectsThatLeadNowhere() throws IOException {
        try (TestServer server = new TestServer(
                (request, out) -> TestServer.head(out, 301, "Location: /weights.pth"))) {
            assertFails(server, "redirects in a circle, back to " + server.address("/weights.pth"));
        }
        try (TestServer server = new TestServer(
                (request, out) -> TestServer.head(out, 307, "Location: /" + request.number()))) {
            assertFails(server, "redirects more than 5 times");
        }
        for (String location : new String[] {"file:///etc/passwd", "http://", "ht tp://x", "", "gopher://x/y"}) {
            try (TestServer server = new TestServer(
                    (request, out) -> TestServer.head(out, 302, "Location: " + location, "Content-Length: 0"))) {
                assertFails(server, "redirects to '" + location + "', which is no");
            }
        }
    }

    @Test
    void aFullDisk() throws IOException {
        PartialFile.Opener full = (file, options) -> new WritableByteChannel() {
            private final FileChannel channel = FileChannel.open(file, options);

            @Override
            public int write(ByteBuffer bytes) throws IOException {
                if (channel.size() + bytes.remaining() > 50_000) {
                    throw new IOException("No space left on device");
                }
                return channel.write(bytes);
            }

            @Override
            public boolean isOpen() {
                return channel.isOpen();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            assertThatThrownBy(() -> new Download(OPTIONS, server.address("/w"), target, hash, OptionalLong.empty(),
                    progress, full).run()).isInstanceOf(DownloadException.class)
                    .hasMessage(target + ": cannot be written (No space left on device); make room, or choose a folder"
                            + " that can be written to");
            assertThat(target).doesNotExist();
            assertThat(server.requests()).hasSize(1);
            fetch(server); // with room again
        }
        assertWhole();
    }

    @Test
    void aFileThatNoDiskHasRoomFor() throws IOException {
        try (TestServer server = new TestServer((request, out) -> {
            TestServer.head(out, 200, "Content-Length: 900000000000000");
            Thread.sleep(5_000); // a client that sees the end first reports a broken connection
        })) {
            assertFails(server, "has 900000000000000 bytes, more than");
        }
    }

    @Test
    void aDeclaredSizeIsTheLimit() throws IOException {
        long size = (1L << 30) + 1;
        try (TestServer server = new TestServer((request, out) -> {
            TestServer.head(out, 200, "Content-Length: " + size, "ETag: " + TAG);
            out.write(CONTENT, 0, 1000);
        })) {
            assertThatThrownBy(() -> fetch(server, OptionalLong.of(size))).isInstanceOf(DownloadException.class)
                    .hasMessageContaining("the connection was cut after 1000 of 1073741825 bytes");
            assertFails(server, "has 1073741825 bytes, more than the 1073741824 that are fetched where no size is");
        }
    }

    @Test
    void aFolderThatIsNotThere() throws IOException {
        target = folder.resolve("absent").resolve("weights.pth");
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(DownloadException.class)
                    .hasMessageStartingWith(target + ": cannot be written (");
        }
    }

    @Test
    void anInterruptedThread() throws IOException {
        try (TestServer server = new TestServer((request, out) -> Thread.sleep(30_000))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(java.io.InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anInterruptWhileTheFileIsWritten() throws IOException {
        PartialFile.Opener interrupting =
                (file, options) -> interruptedAfter(50_000, FileChannel.open(file, options));
        try (TestServer server = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            assertThatThrownBy(() -> new Download(OPTIONS, server.address("/w"), target, hash, OptionalLong.empty(),
                    progress, interrupting).run()).isInstanceOf(java.io.InterruptedIOException.class)
                    .hasMessage("the download was interrupted; run it again: what has come is kept");
            assertThat(Thread.interrupted()).isTrue();
            fetch(server);
            assertThat(server.requests().get(1).header("range")).isNotNull();
        }
        assertWhole();
    }

    private static WritableByteChannel interruptedAfter(long length, FileChannel channel) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer bytes) throws IOException {
                if (channel.size() >= length) {
                    Thread.currentThread().interrupt();
                }
                return channel.write(bytes);
            }

            @Override
            public boolean isOpen() {
                return channel.isOpen();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Test
    void throughAProxy() throws IOException {
        try (TestServer proxy = new TestServer((request, out) -> TestServer.serve(request, out, CONTENT, TAG))) {
            String address = proxy.address("").toString();
            DownloadOptions options = new DownloadOptions(OPTIONS.connectTimeout(), OPTIONS.stallTimeout(), 1,
                    Duration.ZERO, new Proxies(name -> name.equals("http_proxy") ? address : null,
                            java.util.Optional.empty()));
            new Download(options, URI.create("http://published.invalid/weights.pth"), target, hash,
                    OptionalLong.empty(), progress, FileChannel::open).run();
            assertThat(proxy.requests().get(0).path()).isEqualTo("http://published.invalid/weights.pth");
        }
        assertWhole();
    }

    @Test
    void aProxyThatMakesNoSense() {
        DownloadOptions options = new DownloadOptions(OPTIONS.connectTimeout(), OPTIONS.stallTimeout(), 1,
                Duration.ZERO, new Proxies(name -> name.equals("HTTPS_PROXY") ? "socks5://user:secret@host:1" : null,
                        java.util.Optional.empty()));
        assertThatThrownBy(() -> new Download(options, URI.create("https://published.invalid/x"), target, hash,
                OptionalLong.empty(), progress, FileChannel::open).run()).isInstanceOf(DownloadException.class)
                .hasMessageContaining("the environment variable HTTPS_PROXY names no HTTP proxy")
                .hasMessageNotContaining("secret");
    }
}
