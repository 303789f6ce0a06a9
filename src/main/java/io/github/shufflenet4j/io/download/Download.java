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
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
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
 * A download over HTTP or HTTPS. The bytes go to {@code NAME.part}; the file appears under its name when it is
 * complete and has the right SHA-256. A download that is cut, stalls or meets a busy server continues where it stopped,
 * in the same run and in later ones, if the server still has the same version.
 *
 * <p>Two downloads of one file at the same time need a {@link FileMutex} around them.
 */
final class Download {

    private static final int MAX_REDIRECTS = 5;
    /** Maximum length of a file of undeclared size, in bytes. */
    private static final long MAX_LENGTH = 1L << 30;
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> CANNOT_CONTINUE = Set.of(412, 416);
    private static final Set<Integer> BUSY = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final DownloadOptions options;
    private final HttpClient client;
    private final URI address;
    private final Path target;
    private final PartialFile partial;
    private final Sha256 expected;
    private final OptionalLong size;
    private final DownloadProgress progress;

    /**
     * @param target is replaced; its folder must exist
     * @param size   in bytes, if known; more are refused, and more than 1 GiB if not known
     */
    Download(DownloadOptions options, URI address, Path target, Sha256 expected, OptionalLong size,
             DownloadProgress progress, PartialFile.Opener opener) {
        this.options = options;
        this.client = client(options, address);
        this.address = address;
        this.target = target;
        this.partial = new PartialFile(target, opener);
        this.expected = expected;
        this.size = size;
        this.progress = progress;
    }

    private static HttpClient client(DownloadOptions options, URI address) {
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

    /** A fault that the next attempt may not meet. */
    private static final class RetryableException extends IOException {

        private final Duration pause;

        RetryableException(String fault, Throwable cause) {
            this(fault, Duration.ZERO, cause);
        }

        RetryableException(String fault, Duration pause, Throwable cause) {
            super(fault, cause);
            this.pause = pause;
        }
    }

    /** Fetches the file. If that fails, the target is unchanged; if it is interrupted, the bytes received are kept. */
    void run() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                attempt();
                partial.complete();
                progress.finished(target);
                return;
            } catch (RetryableException e) {
                if (attempt == options.attempts()) {
                    throw new DownloadException(address, e.getMessage() + ", in the last of " + attempt
                            + " attempts; check the network and run it again: what has come is kept", e);
                }
                Duration doubled = options.firstPause().multipliedBy(1L << Math.min(attempt - 1, 20));
                Duration pause = Stream.of(e.pause, doubled).max(Duration::compareTo)
                        .filter(wish -> wish.compareTo(MAX_PAUSE) < 0).orElse(MAX_PAUSE);
                progress.retrying(address, e.getMessage(), pause);
                sleep(pause);
            } catch (DownloadException | InterruptedIOException e) {
                throw e;
            } catch (ClosedByInterruptException e) { // from the file, not the network
                throw interrupted();
            } catch (IOException e) {
                String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                throw new DownloadException(target, "cannot be written (" + reason + "); make room, or choose a folder"
                        + " that can be written to", e);
            }
        }
    }

    private void attempt() throws IOException {
        long present = partial.length();
        if (present > 0 && expected.matches(partial.content())) {
            return; // cut between the last byte and the renaming
        }
        transfer(present);
        String hash = Sha256.of(partial.content());
        if (!hash.startsWith(expected.prefix())) {
            partial.clear();
            if (present > 0) { // the earlier part may be to blame
                throw new RetryableException("the continued file has the wrong SHA-256", null);
            }
            throw new DownloadException(address, "its SHA-256 begins with "
                    + hash.substring(0, expected.prefix().length()) + " where " + expected.prefix()
                    + " was expected: it is damaged or not the published file; try again later or from"
                    + " another address");
        }
    }

    private void transfer(long present) throws IOException {
        HttpResponse<TimedBody> response = request(present, present > 0 ? partial.tag() : null);
        try (TimedBody body = response.body()) {
            if (CANNOT_CONTINUE.contains(response.statusCode())) { // the part is longer than the file
                partial.clear();
                throw new RetryableException("the server cannot continue the file: HTTP status "
                        + response.statusCode(), null);
            }
            boolean continued = response.statusCode() == 206;
            long start = continued ? present : 0;
            Optional<String> length = header(response, "Content-Length", "\\d{1,18}");
            if (continued) {
                Matcher range = CONTENT_RANGE.matcher(header(response, "Content-Range", ".*").orElse(""));
                if (!range.matches() || Long.parseLong(range.group(1)) != present) {
                    partial.clear();
                    throw new RetryableException("it continues at another place than it was asked to", null);
                }
                length = Optional.of(range.group(2)).filter(total -> !total.equals("*"));
            } else {
                partial.restart(tag(response));
            }
            OptionalLong total = length.isPresent() ? OptionalLong.of(Long.parseLong(length.get())) : size;
            requireExpected(total);
            requireRoom(total.orElse(0) - start);
            progress.started(address, start, total.orElse(-1));
            receive(body, start, total);
        }
    }

    private void requireExpected(OptionalLong total) throws IOException {
        if (size.isPresent() && !size.equals(total)) {
            partial.clear();
            throw new DownloadException(address, "has " + total.getAsLong() + " bytes where " + size.getAsLong()
                    + " were expected: it is not the published file; try again later or from another address");
        }
        if (size.isEmpty() && total.orElse(0) > MAX_LENGTH) {
            throw new DownloadException(address, "has " + total.getAsLong() + " bytes, more than the " + MAX_LENGTH
                    + " that are fetched where no size is declared: it is not the published file");
        }
    }

    private void requireRoom(long needed) throws IOException {
        long free = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
        if (needed > free) {
            throw new DownloadException(partial.content(), "the disk is too full: " + needed + " bytes are needed where"
                    + " " + free + " are free; make room or choose another folder");
        }
    }

    private void receive(TimedBody body, long start, OptionalLong total) throws IOException {
        long present = start;
        long max = total.orElse(MAX_LENGTH);
        try (WritableByteChannel channel = partial.append()) {
            for (List<ByteBuffer> pieces = next(body, present, total); pieces != null;
                    pieces = next(body, present, total)) {
                for (ByteBuffer piece : pieces) {
                    present += piece.remaining();
                    if (present > max) {
                        partial.clear();
                        throw new DownloadException(address, "sends more than the " + max
                                + " bytes that it may: it is not the published file");
                    }
                    while (piece.hasRemaining()) {
                        channel.write(piece);
                    }
                }
                progress.received(present);
            }
        }
        if (present < total.orElse(0)) {
            throw cut(present, total, null);
        }
    }

    private List<ByteBuffer> next(TimedBody body, long present, OptionalLong total) throws IOException {
        try {
            return body.next(options.stallTimeout());
        } catch (HttpTimeoutException e) {
            throw new RetryableException("it stalled: " + e.getMessage() + " after " + bytes(present, total), e);
        } catch (IOException e) {
            throw cut(present, total, e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static RetryableException cut(long present, OptionalLong total, IOException cause) {
        return new RetryableException("the connection was cut after " + bytes(present, total), cause);
    }

    private static String bytes(long present, OptionalLong total) {
        return present + (total.isPresent() ? " of " + total.getAsLong() : "") + " bytes";
    }

    /** The response after redirects: 200, and to a continuation also 206 or one of {@link #CANNOT_CONTINUE}. */
    private HttpResponse<TimedBody> request(long present, String tag) throws IOException {
        Set<URI> visited = new HashSet<>();
        URI current = address;
        while (visited.add(current)) {
            if (visited.size() > MAX_REDIRECTS + 1) {
                throw new DownloadException(address, "redirects more than " + MAX_REDIRECTS
                        + " times; the address or the mirror is misconfigured");
            }
            HttpResponse<TimedBody> response = send(current, present, tag);
            int status = response.statusCode();
            if (status == 200 || present > 0 && (status == 206 || CANNOT_CONTINUE.contains(status))) {
                return response;
            }
            response.body().close();
            if (!REDIRECTS.contains(status)) {
                throw refused(current, response);
            }
            current = redirect(current, header(response, "Location", ".*").orElse(""));
        }
        throw new DownloadException(address, "redirects in a circle, back to " + current
                + "; the address or the mirror is misconfigured");
    }

    private URI redirect(URI current, String location) throws DownloadException {
        URI next;
        try {
            next = current.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(address, "redirects to '" + location + "', which is no URI", e);
        }
        if (location.isEmpty() || !RemoteFile.isOfTheWeb(next)) {
            throw new DownloadException(address, "redirects to '" + location + "', which is no http or https URI");
        }
        if ("http".equalsIgnoreCase(next.getScheme()) && "https".equalsIgnoreCase(current.getScheme())) {
            throw new DownloadException(address, "redirects to " + next + ", which is not encrypted; refused");
        }
        return next;
    }

    private IOException refused(URI current, HttpResponse<?> response) {
        int status = response.statusCode();
        String where = current.equals(address) ? "" : " (after a redirect to " + current + ")";
        if (BUSY.contains(status)) {
            return new RetryableException("the server is out of order or busy: HTTP status " + status + where,
                    header(response, "Retry-After", "\\d{1,9}").map(Long::parseLong).map(Duration::ofSeconds)
                            .orElse(Duration.ZERO), null);
        }
        String meaning = switch (status) {
            case 404, 410 -> "not found: the file has moved, or the mirror lacks it";
            case 401, 403 -> "not allowed: the server, or a proxy before it, refuses to give the file";
            case 407 -> "the proxy wants a name and a password: set HTTPS_PROXY=http://name:password@host:port, and"
                    + " start Java with -Djdk.http.auth.tunneling.disabledSchemes=\"\"";
            default -> "not the response to a download";
        };
        return new DownloadException(address, "HTTP status " + status + where + ": " + meaning);
    }

    private HttpResponse<TimedBody> send(URI current, long present, String tag) throws IOException {
        CompletableFuture<HttpResponse<TimedBody>> response;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(current)
                    .setHeader("User-Agent", "shufflenet4j").setHeader("Accept-Encoding", "identity");
            if (present > 0) {
                request.setHeader("Range", "bytes=" + present + "-").setHeader("If-Range", tag);
            }
            response = client.sendAsync(request.build(), header -> new TimedBody());
        } catch (IllegalArgumentException e) { // the URI is invalid, or the choice of a proxy
            throw new DownloadException(current, e.getMessage(), e);
        }
        Duration patience = options.connectTimeout().plus(options.stallTimeout());
        try {
            return response.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new RetryableException("it stalled: no answer for " + seconds(patience), e);
        } catch (ExecutionException e) {
            throw failed(current, e.getCause());
        } catch (InterruptedException e) {
            response.cancel(true);
            throw interrupted();
        }
    }

    private IOException failed(URI current, Throwable failure) {
        List<Throwable> causes =
                Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(20).toList();
        for (Throwable cause : causes) {
            if (cause instanceof UnresolvedAddressException) {
                return new DownloadException(current, "no host of that name is known, or its proxy's is not; check the"
                        + " network and HTTPS_PROXY", failure);
            }
            if (cause instanceof CertificateException) {
                return new DownloadException(current, "its certificate is not trusted (" + cause.getMessage()
                        + "); behind a proxy that decrypts, add the proxy's certificate to Java's trust store",
                        failure);
            }
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return new RetryableException("no connection within " + seconds(options.connectTimeout()), failure);
        }
        String reason = causes.stream().map(Throwable::getMessage).filter(text -> text != null && !text.isBlank())
                .findFirst().orElse(failure.getClass().getSimpleName());
        return new RetryableException("no connection, or a broken one (" + reason + ")", failure);
    }

    /** A header if it matches a regular expression. */
    private static Optional<String> header(HttpResponse<?> response, String name, String pattern) {
        return response.headers().firstValue(name).filter(value -> value.matches(pattern));
    }

    /** The mark of the version: a strong ETag, or the time of its last change; null if there is none. */
    private static String tag(HttpResponse<?> response) {
        return header(response, "ETag", "\"\\p{Print}{1,199}")
                .or(() -> header(response, "Last-Modified", "\\p{Print}{10,50}")).orElse(null);
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
