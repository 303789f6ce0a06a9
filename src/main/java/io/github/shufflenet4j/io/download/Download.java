package io.github.shufflenet4j.io.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.shufflenet4j.io.FileMutex;
import io.github.shufflenet4j.io.Sha256;

/**
 * Downloads files over HTTP and HTTPS. The bytes go to {@code NAME.part}; the file appears under its name when it is
 * whole and its SHA-256 is right, and not before. A download that is cut, stalls or meets a busy server is continued
 * where it stopped, in the same call and in later ones, if the server still has the same version.
 *
 * <p>Two downloads of one file at the same time need a {@link FileMutex} around them.
 */
public final class Download {

    private static final int MOST_REDIRECTS = 5;
    /** The maximum length of a file whose length is not known. */
    private static final long LONGEST = 1L << 30;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> UNCONTINUABLE = Set.of(412, 416);
    private static final Set<Integer> BUSY = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final DownloadOptions options;
    private final PartialFile.Opener opener;

    /** @param options timeouts, attempts, proxies */
    public Download(DownloadOptions options) {
        this(options, FileChannel::open);
    }

    Download(DownloadOptions options, PartialFile.Opener opener) {
        this.options = options;
        this.opener = opener;
    }

    /** A fault that may be gone at the next attempt. */
    private static final class Passing extends IOException {

        private final Duration pause;

        Passing(String fault, Throwable cause) {
            this(fault, Duration.ZERO, cause);
        }

        /** @param pause that the server asks for */
        Passing(String fault, Duration pause, Throwable cause) {
            super(fault, cause);
            this.pause = pause;
        }
    }

    /** An answer, whose body is still to come. */
    private record Answer(HttpResponse<TimedBody> response) {

        int status() {
            return response.statusCode();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        /** What marks the version: a strong ETag, or the time of its last change. */
        String tag() {
            return header("ETag").filter(tag -> tag.startsWith("\"") && tag.matches("\\p{Print}{2,200}"))
                    .or(() -> header("Last-Modified").filter(time -> time.matches("\\p{Print}{10,50}"))).orElse(null);
        }

        OptionalLong contentLength() {
            return header("Content-Length").filter(length -> length.matches("\\d{1,18}"))
                    .map(length -> OptionalLong.of(Long.parseLong(length))).orElse(OptionalLong.empty());
        }

        Duration retryAfter() {
            return header("Retry-After").filter(seconds -> seconds.matches("\\d{1,9}"))
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))).orElse(Duration.ZERO);
        }
    }

    /**
     * Fetches the content of {@code address} into {@code target}, replacing what is there.
     *
     * @param address  http or https
     * @param target   its folder must exist
     * @param expected what the content must be
     * @param size     bytes of the content, if known; more are refused, and more than 1 GiB if not known
     * @param progress told how it goes
     * @throws DownloadException if it fails for good: the address is wrong, what is there has another hash, the disk is
     *     full, or all attempts failed; the message says so in one line, and {@code target} is as it was
     * @throws InterruptedIOException if the thread is interrupted; it stays so, and what has come is kept
     */
    public void fetch(URI address, Path target, Sha256 expected, OptionalLong size, DownloadProgress progress)
            throws IOException {
        HttpClient client = client(address);
        PartialFile partial = new PartialFile(target, opener);
        for (int attempt = 1; ; attempt++) {
            Duration pause;
            String fault;
            try {
                attempt(client, address, partial, expected, size, progress);
                partial.complete();
                progress.finished(target);
                return;
            } catch (Passing e) {
                if (attempt == options.attempts()) {
                    throw new DownloadException(address, e.getMessage() + ", in the last of " + attempt
                            + " attempts; check the network and run it again: what has come is kept", e);
                }
                Duration own = options.firstPause().multipliedBy(1L << Math.min(attempt - 1, 20));
                pause = e.pause.compareTo(own) > 0 ? e.pause : own;
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
                fault = e.getMessage();
            } catch (DownloadException | InterruptedIOException e) {
                throw e;
            } catch (ClosedByInterruptException e) { // from the file, not the network
                throw interrupted();
            } catch (IOException e) {
                throw unwritable(target, e);
            }
            progress.retrying(address, fault, pause);
            sleep(pause);
        }
    }

    private void attempt(HttpClient client, URI address, PartialFile partial, Sha256 expected, OptionalLong size,
                         DownloadProgress progress) throws IOException {
        long present = partial.length();
        boolean whole = present > 0 && expected.matches(partial.content()); // cut between the last byte and the rename
        if (!whole) {
            transfer(client, address, partial, present, size, progress);
        }
        String hash = whole ? expected.prefix() : Sha256.of(partial.content());
        if (!hash.startsWith(expected.prefix())) {
            partial.clear();
            if (present > 0) { // what was there before may be to blame
                throw new Passing("the continued file has the wrong SHA-256", null);
            }
            throw new DownloadException(address, "its SHA-256 begins with "
                    + hash.substring(0, expected.prefix().length()) + " where " + expected.prefix()
                    + " was expected: it is damaged or not the published file; try again later or from"
                    + " another address");
        }
    }

    private void transfer(HttpClient client, URI address, PartialFile partial, long present, OptionalLong size,
                          DownloadProgress progress) throws IOException {
        Answer answer = request(client, address, present, present > 0 ? partial.tag() : null);
        try (TimedBody body = answer.response.body()) {
            if (UNCONTINUABLE.contains(answer.status())) { // longer than what is there, so of another version
                partial.clear();
                throw new Passing("the server cannot continue the file: HTTP status " + answer.status(), null);
            }
            long start = present;
            OptionalLong total;
            if (answer.status() == 206) {
                Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
                if (!range.matches() || Long.parseLong(range.group(1)) != present) {
                    partial.clear();
                    throw new Passing("it continues at another place than it was asked to", null);
                }
                total = range.group(2).equals("*") ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(range.group(2)));
            } else {
                start = 0;
                total = answer.contentLength();
                partial.restart(answer.tag());
            }
            if (size.isPresent() && total.isPresent() && size.getAsLong() != total.getAsLong()) {
                partial.clear();
                throw new DownloadException(address, "has " + total.getAsLong() + " bytes where " + size.getAsLong()
                        + " were expected: it is not the published file; try again later or from another address");
            }
            if (size.isEmpty() && total.orElse(0) > LONGEST) {
                throw new DownloadException(address, "has " + total.getAsLong() + " bytes, more than the " + LONGEST
                        + " that are fetched where no size is declared: it is not the published file");
            }
            OptionalLong known = total.isPresent() ? total : size;
            requireRoom(partial.content(), known.orElse(0) - start);
            progress.started(address, start, known.orElse(-1));
            receive(address, body, partial, start, known, progress);
        }
    }

    private static void requireRoom(Path file, long needed) throws IOException {
        long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
        if (needed > free) {
            throw new DownloadException(file, "the disk is too full: " + needed + " bytes are needed where " + free
                    + " are free; make room or choose another folder");
        }
    }

    private void receive(URI address, TimedBody body, PartialFile partial, long start, OptionalLong total,
                         DownloadProgress progress) throws IOException {
        long present = start;
        try (WritableByteChannel channel = partial.append()) {
            for (List<ByteBuffer> pieces = next(body, present, total); pieces != null;
                    pieces = next(body, present, total)) {
                for (ByteBuffer piece : pieces) {
                    present += piece.remaining();
                    if (present > total.orElse(LONGEST)) {
                        partial.clear();
                        throw new DownloadException(address, "sends more than the " + total.orElse(LONGEST)
                                + " bytes that it may: it is not the published file");
                    }
                    PartialFile.writeFully(channel, piece);
                }
                progress.received(present);
            }
        }
        if (total.isPresent() && present < total.getAsLong()) {
            throw cut(present, total, null);
        }
    }

    private List<ByteBuffer> next(TimedBody body, long present, OptionalLong total) throws IOException {
        try {
            return body.next(options.stallTimeout());
        } catch (java.net.http.HttpTimeoutException e) {
            throw new Passing("it stalled: " + e.getMessage() + " after " + of(present, total), e);
        } catch (IOException e) {
            throw cut(present, total, e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static Passing cut(long present, OptionalLong total, IOException cause) {
        return new Passing("the connection was cut after " + of(present, total), cause);
    }

    private static String of(long present, OptionalLong total) {
        return present + (total.isPresent() ? " of " + total.getAsLong() : "") + " bytes";
    }

    /** The answer after redirects: 200, and to a continuation also 206 or one of {@link #UNCONTINUABLE}. */
    private Answer request(HttpClient client, URI address, long present, String tag) throws IOException {
        Set<URI> visited = new HashSet<>();
        for (URI current = address; ; ) {
            if (!visited.add(current)) {
                throw new DownloadException(address, "redirects in a circle, back to " + current
                        + "; the address or the mirror is misconfigured");
            }
            if (visited.size() > MOST_REDIRECTS + 1) {
                throw new DownloadException(address, "redirects more than " + MOST_REDIRECTS
                        + " times; the address or the mirror is misconfigured");
            }
            Answer answer = send(client, current, present, tag);
            if (answer.status() == 200
                    || present > 0 && (answer.status() == 206 || UNCONTINUABLE.contains(answer.status()))) {
                return answer;
            }
            answer.response.body().close();
            if (!REDIRECTS.contains(answer.status())) {
                throw refused(address, current, answer);
            }
            current = redirect(address, current, answer);
        }
    }

    private static URI redirect(URI address, URI current, Answer answer) throws DownloadException {
        String location = answer.header("Location").orElse("");
        URI next;
        try {
            next = current.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(address, "redirects to '" + location + "', which is no address", e);
        }
        boolean secure = "https".equalsIgnoreCase(next.getScheme());
        if (location.isEmpty() || next.getHost() == null || !secure && !"http".equalsIgnoreCase(next.getScheme())) {
            throw new DownloadException(address, "redirects to '" + location + "', which is no address of the web");
        }
        if (!secure && "https".equalsIgnoreCase(current.getScheme())) {
            throw new DownloadException(address, "redirects to " + next + ", which is not encrypted; refused");
        }
        return next;
    }

    private IOException refused(URI address, URI current, Answer answer) {
        int status = answer.status();
        String where = current.equals(address) ? "" : " (after a redirect to " + current + ")";
        if (BUSY.contains(status)) {
            return new Passing("the server is out of order or busy: HTTP status " + status + where,
                    answer.retryAfter(), null);
        }
        String meaning = switch (status) {
            case 404, 410 -> "not found: the file has moved, or the mirror lacks it";
            case 401, 403 -> "not allowed: the server, or a proxy before it, refuses to give the file";
            case 407 -> "the proxy wants a name and a password: set HTTPS_PROXY=http://name:password@host:port, and"
                    + " start Java with -Djdk.http.auth.tunneling.disabledSchemes=\"\"";
            default -> "nothing that a download can do anything with";
        };
        return new DownloadException(address, "HTTP status " + status + where + ": " + meaning);
    }

    private Answer send(HttpClient client, URI address, long present, String tag) throws IOException {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(address);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(address, "is no address to download from: " + e.getMessage(), e);
        }
        request.setHeader("User-Agent", "shufflenet4j").setHeader("Accept-Encoding", "identity");
        if (present > 0) {
            request.setHeader("Range", "bytes=" + present + "-").setHeader("If-Range", tag);
        }
        CompletableFuture<HttpResponse<TimedBody>> answer;
        try {
            answer = client.sendAsync(request.build(), header -> new TimedBody());
        } catch (IllegalArgumentException e) { // from the choice of a proxy
            throw new DownloadException(address, e.getMessage(), e);
        }
        Duration patience = options.connectTimeout().plus(options.stallTimeout());
        try {
            return new Answer(answer.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new Passing("it stalled: no answer for " + seconds(patience), e);
        } catch (ExecutionException e) {
            throw failed(address, e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted();
        }
    }

    private IOException failed(URI address, Throwable failure) {
        List<Throwable> causes =
                Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(20).toList();
        if (causes.stream().anyMatch(UnresolvedAddressException.class::isInstance)) {
            return new DownloadException(address, "no host of that name is known, or its proxy's is not; check the"
                    + " network and HTTPS_PROXY", failure);
        }
        Optional<Throwable> certificate = causes.stream().filter(CertificateException.class::isInstance).findFirst();
        if (certificate.isPresent()) {
            return new DownloadException(address, "its certificate is not trusted (" + certificate.get().getMessage()
                    + "); behind a proxy that decrypts, add the proxy's certificate to Java's trust store", failure);
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return new Passing("no connection within " + seconds(options.connectTimeout()), failure);
        }
        String words = causes.stream().map(Throwable::getMessage).filter(text -> text != null && !text.isBlank())
                .findFirst().orElse(failure.getClass().getSimpleName());
        return new Passing("no connection, or a broken one (" + words + ")", failure);
    }

    private HttpClient client(URI address) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER) // followed here, where their faults can be told apart
                .connectTimeout(options.connectTimeout())
                .proxy(options.proxies());
        if (options.proxies() instanceof Proxies proxies) {
            client.authenticator(new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    return getRequestorType() == RequestorType.PROXY ? proxies.credentials(address).orElse(null) : null;
                }
            });
        }
        return client.build();
    }

    private static DownloadException unwritable(Path target, IOException failure) {
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new DownloadException(target, "cannot be written (" + reason + "); make room, or choose a folder that"
                + " can be written to", failure);
    }

    private static void sleep(Duration pause) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the download was interrupted; run it again: what has come is kept");
    }

    static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
