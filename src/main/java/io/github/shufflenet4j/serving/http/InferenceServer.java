package io.github.shufflenet4j.serving.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.commons.lang3.Validate;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.Slf4jRequestLogWriter;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.serving.InferenceListener;
import io.github.shufflenet4j.serving.InferenceService;
import io.github.shufflenet4j.serving.Limits;
import io.github.shufflenet4j.serving.ServedModel;

/**
 * Classifies images over HTTP.
 *
 * <pre>{@code
 * try (InferenceServer server = InferenceServer.builder().model("flowers", Path.of("flowers.zip")).start()) {
 *     System.out.println(server.address());
 *     ...
 * }
 * }</pre>
 *
 * <p>It needs {@code org.eclipse.jetty:jetty-server} and {@code io.micrometer:micrometer-registry-prometheus} on the
 * class path. The log {@value #ACCESS_LOG} has a line for each request.
 */
public final class InferenceServer implements AutoCloseable {

    /** Default address: this machine alone. */
    public static final String LOOPBACK = "127.0.0.1";
    /** Default port. */
    public static final int PORT = 8080;
    /** Name of the log of requests. */
    public static final String ACCESS_LOG = "io.github.shufflenet4j.serving.access";

    private static final String ACCESS_FORMAT = "%{client}a \"%m %U\" %s %O bytes %{ms}T ms";
    private static final int HEADER_BYTES = 8 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(30);
    /** Handlers do not wait, neither for clients nor for results, so that few threads do. */
    private static final int MAX_THREADS = 32;
    private static final int WAITING_CONNECTIONS = 512;
    private static final Duration LAST_ANSWERS = Duration.ofMillis(500);

    private final Server server;
    private final ServerConnector connector;
    private final InferenceService service;
    private final ServerMetrics metrics;
    private final String scheme;
    private final String host;

    private InferenceServer(Builder builder) throws IOException {
        if (builder.keystore.isPresent()) {
            requireKeys(builder.keystore.get(), builder.keystorePassword);
        }
        host = builder.host;
        metrics = new ServerMetrics();
        service = builder.service.limits(builder.limits).listener((model, phase, nanos) -> {
            metrics.ended(model, phase, nanos);
            builder.listener.ended(model, phase, nanos);
        }).build();
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("http");
        threads.setDaemon(true);
        server = new Server(threads);
        server.setErrorHandler(new JsonErrors());
        // Drains: what has begun is answered, all else refused.
        server.setHandler(new GracefulHandler(new Routes(service, metrics, builder.token, builder.cors,
                builder.hostNames())));
        server.addBean(new LastAnswers());
        server.setStopTimeout(builder.limits.deadline().plus(builder.limits.upload()).toMillis());
        Slf4jRequestLogWriter log = new Slf4jRequestLogWriter();
        log.setLoggerName(ACCESS_LOG);
        server.setRequestLog(new CustomRequestLog(log, ACCESS_FORMAT));
        scheme = builder.keystore.isPresent() ? "https" : "http";
        connector = connector(builder);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(builder.limits.connections(), connector));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException("cannot serve on " + host + ", port " + builder.port + ": "
                    + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    /**
     * Keeps connections open for a moment when all is answered: a client that sends its next request on one meanwhile
     * gets an answer that ends it, instead of a connection that breaks.
     */
    private static final class LastAnswers implements Graceful {

        private volatile boolean shutdown;

        @Override
        public CompletableFuture<Void> shutdown() {
            shutdown = true;
            return new CompletableFuture<Void>().completeOnTimeout(null, LAST_ANSWERS.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }
    }

    /** @throws IOException if that does not open it, which Jetty would report in words of its own */
    private static void requireKeys(Path keystore, String password) throws IOException {
        if (!Files.isReadable(keystore)) {
            throw new NoSuchFileException(keystore.toString());
        }
        try {
            KeyStore.getInstance(keystore.toFile(), password.toCharArray());
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException(keystore + ": not a keystore, or its password is wrong", e);
        }
    }

    private ServerConnector connector(Builder builder) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(HEADER_BYTES);
        ServerConnector created;
        if (builder.keystore.isPresent()) {
            // Whoever runs the server chose the key: names in requests are not compared with it.
            configuration.addCustomizer(new SecureRequestCustomizer(false));
            SslContextFactory.Server keys = new SslContextFactory.Server();
            keys.setKeyStorePath(builder.keystore.get().toUri().toString());
            keys.setKeyStorePassword(builder.keystorePassword);
            HttpConnectionFactory http = new HttpConnectionFactory(configuration);
            created = new ServerConnector(server, new SslConnectionFactory(keys, HttpVersion.HTTP_1_1.asString()),
                    http);
        } else {
            created = new ServerConnector(server, new HttpConnectionFactory(configuration));
        }
        created.setHost(host);
        created.setPort(builder.port);
        created.setIdleTimeout(IDLE.toMillis());
        created.setAcceptQueueSize(WAITING_CONNECTIONS);
        return created;
    }

    /** A server on {@value #LOOPBACK}, port {@value #PORT}, with the default limits, and without token and TLS. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects models and settings. */
    public static final class Builder {

        private final InferenceService.Builder service = InferenceService.builder();
        private Limits limits = Limits.defaults();
        private InferenceListener listener = InferenceListener.NONE;
        private String host = LOOPBACK;
        private int port = PORT;
        private Optional<BearerToken> token = Optional.empty();
        private Optional<String> cors = Optional.empty();
        private final Set<String> allowedHosts = new TreeSet<>();
        private Optional<Path> keystore = Optional.empty();
        private String keystorePassword;

        private Builder() {
        }

        /** Adds a model from a file. @throws IOException if the file is no model */
        public Builder model(String name, Path file) throws IOException {
            return model(ServedModel.load(name, file, ImageClassifier::load));
        }

        /** Adds a model. @throws IllegalArgumentException if there is one of that name */
        public Builder model(ServedModel model) {
            service.model(model);
            return this;
        }

        /** Sets what is accepted. */
        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        /** Sets what receives the times of predictions besides the metrics. */
        public Builder listener(InferenceListener value) {
            listener = value;
            return this;
        }

        /** Sets the number of images that are computed at a time; default that of the shared workers. */
        public Builder threads(int count) {
            service.threads(count);
            return this;
        }

        /** Sets the name or address of the network interface; 0.0.0.0 for all. */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /** Sets the port; 0 for any that is free. */
        public Builder port(int value) {
            port = (int) Checks.within("port", value, 0, 65535);
            return this;
        }

        /** Sets the secret that requests must bring, {@code Authorization: Bearer TOKEN}. */
        public Builder token(String secret) {
            token = Optional.of(new BearerToken(secret));
            return this;
        }

        /** Sets the origin whose pages may call the server, such as {@code https://example.org}; * for all. */
        public Builder cors(String origin) {
            Validate.isTrue(origin.matches("\\*|https?://[^\\s/,]+"),
                    "an origin is '*' or such as https://example.org, got '%s'", origin);
            cors = Optional.of(origin);
            return this;
        }

        /**
         * Adds a name by which clients may call a server on a loopback address without a token, beside localhost and
         * addresses; such as that of a proxy in front of it. A server with a token, or on another address, answers to
         * any name.
         */
        public Builder allowHost(String name) {
            allowedHosts.add(HostNames.checked(name));
            return this;
        }

        private HostNames hostNames() {
            return token.isPresent() ? HostNames.any() : HostNames.of(host, allowedHosts);
        }

        /** Serves HTTPS with the key in a keystore (PKCS #12 or JKS). */
        public Builder tls(Path file, String password) {
            keystore = Optional.of(file);
            keystorePassword = password;
            return this;
        }

        /**
         * Starts the server.
         *
         * @throws IOException if it cannot listen there, or cannot read the keystore
         * @throws IllegalArgumentException if there is no model
         */
        public InferenceServer start() throws IOException {
            return new InferenceServer(this);
        }
    }

    /** The address of the page. */
    public URI address() {
        return URI.create(scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + connector.getLocalPort() + "/");
    }

    /** The models and their queue. */
    public InferenceService service() {
        return service;
    }

    /** Refuses new requests, answers those that it has, and ends. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop: " + e.getMessage(), e);
        } finally {
            service.close();
            metrics.close();
        }
    }
}
