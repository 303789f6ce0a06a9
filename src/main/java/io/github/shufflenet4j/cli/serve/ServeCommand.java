package io.github.shufflenet4j.cli.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.StopRequest;
import io.github.shufflenet4j.cli.model.CalibrationOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.ModelArgument;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.serving.Limits;
import io.github.shufflenet4j.serving.ModelWatcher;
import io.github.shufflenet4j.serving.ServedModel;
import io.github.shufflenet4j.serving.http.InferenceServer;

/** {@code serve}: models over HTTP. */
@Command(name = "serve", mixinStandardHelpOptions = true,
        description = {"Classify images over HTTP: a page for people, and for programs POST /predictions/MODEL and the"
            + " Open Inference Protocol.",
            "Ctrl-C or SIGTERM ends it when all requests have been answered."},
        footer = {"", "Example: shufflenet serve --model flowers=runs/flowers/model.zip",
            "Example: curl -T tulip.jpg -X POST http://127.0.0.1:8080/predictions/flowers"})
public final class ServeCommand extends ConsoleCommand {

    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)");
    private static final int MEGABYTE = 1_000_000;

    @Option(names = "--model", required = true, paramLabel = "[NAME=]FILE",
            description = "A network, and its name in URLs; repeatable. Default name: the file's, without its ending."
                    + " FILE: " + ModelArgument.KINDS)
    private List<String> models;

    @Option(names = "--host", defaultValue = InferenceServer.LOOPBACK, paramLabel = "ADDRESS",
            description = "Address to listen on; 0.0.0.0 for all of this machine. Default: ${DEFAULT-VALUE}, which only"
                    + " this machine reaches.")
    private String host;

    @Option(names = "--port", defaultValue = "" + InferenceServer.PORT, paramLabel = "N",
            description = "Port to listen on; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--token", paramLabel = "FILE", description = "File with a secret that requests must bring, as"
            + " 'Authorization: Bearer SECRET'. Default: none is needed.")
    private Path token;

    @Option(names = "--cors", paramLabel = "ORIGIN", description = "Origin whose pages may call the server, such as"
            + " https://example.org; * for all. Default: none.")
    private String cors;

    @Option(names = "--allow-host", paramLabel = "NAME", description = "Name by which clients may call a server on the"
            + " loopback address that has no --token, beside localhost; repeatable. Default: none.")
    private List<String> allowedHosts = List.of();

    @Option(names = "--tls", paramLabel = "KEYSTORE", description = "Serve HTTPS with the key in a PKCS #12 or JKS"
            + " file. Default: HTTP.")
    private Path keystore;

    @Option(names = "--tls-password", paramLabel = "FILE", description = "File with the keystore's password.")
    private Path keystorePassword;

    @Option(names = "--watch", arity = "0..1", fallbackValue = "2", paramLabel = "SECONDS",
            description = "Look every so many seconds (default: ${FALLBACK-VALUE}) whether a model's file has been"
                    + " replaced, and load it, while the old one serves.")
    private Double watch;

    @Option(names = "--max-body", paramLabel = "MB", description = "Maximum length of a request. Default: 20.")
    private Integer maxBody;

    @Option(names = "--max-images", paramLabel = "N", description = "Maximum number of images in a request."
            + " Default: 100.")
    private Integer maxImages;

    @Option(names = "--max-pixels", paramLabel = "N", description = "Maximum number of pixels of an image."
            + " Default: 50 million, or less where the heap is small.")
    private Long maxPixels;

    @Option(names = "--queue", paramLabel = "N", description = "Maximum number of images that wait. Default: 256.")
    private Integer queue;

    @Option(names = "--deadline", paramLabel = "SECONDS", description = "Maximum time from a whole request to its"
            + " answer. Default: 30.")
    private Double deadline;

    @Option(names = "--upload-time", paramLabel = "SECONDS", description = "Maximum time in which a client sends a"
            + " request. Default: 60.")
    private Double uploadTime;

    @Option(names = "--body-memory", paramLabel = "MB", description = "Maximum length of all requests that are held."
            + " Default: an eighth of the heap.")
    private Integer bodyMemory;

    @Option(names = "--max-connections", paramLabel = "N", description = "Maximum number of open connections."
            + " Default: 1000.")
    private Integer maxConnections;

    @Mixin
    private ExifOption exif;

    @Mixin
    private CalibrationOption calibration;

    @Override
    public Integer call() throws Exception {
        if ((keystore == null) != (keystorePassword == null)) {
            throw usage("--tls and --tls-password need each other");
        }
        Duration interval = watch == null ? null : checked(() -> seconds("--watch", watch));
        InferenceServer.Builder builder = checked(() -> InferenceServer.builder().host(host).port(port)
                .limits(limits()));
        if (cors != null) {
            checked(() -> builder.cors(cors));
        }
        for (String name : allowedHosts) {
            checked(() -> builder.allowHost(name));
        }
        if (token != null) {
            String secret = secret(token);
            try {
                builder.token(secret);
            } catch (IllegalArgumentException e) {
                throw new IOException(token + ": " + e.getMessage(), e);
            }
        }
        if (keystore != null) {
            builder.tls(keystore, secret(keystorePassword));
        }
        for (String model : models) {
            ServedModel loaded = load(model);
            checked(() -> builder.model(loaded));
        }
        serve(builder, interval);
        return 0;
    }

    private void serve(InferenceServer.Builder builder, Duration interval) throws IOException, InterruptedException {
        try (StopRequest stop = new StopRequest(err(), "stopping when all requests are answered; a second signal ends"
                + " at once");
                InferenceServer server = builder.start();
                ModelWatcher watcher = interval == null ? null
                        : ModelWatcher.start(server.service().models(), interval)) {
            server.service().models().forEach(model -> out().println(model));
            if (token == null && !InetAddress.getByName(host).isLoopbackAddress()) {
                err().println("warning: whoever reaches this machine's port " + server.address().getPort()
                        + " can use the models, since there is no --token");
            }
            out().println("serving on " + server.address());
            out().flush();
            stop.await();
        }
        out().println("stopped");
    }

    private static String secret(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private static Duration seconds(String name, double value) {
        return Duration.ofNanos((long) (1e9 * Checks.within(name, value, 1e-3, 1e9)));
    }

    private Limits limits() {
        Limits limits = Limits.defaults();
        if (maxBody != null) {
            limits = limits.withBodyBytes((int) Checks.within("--max-body", maxBody, 1, 2000) * MEGABYTE);
        }
        if (maxImages != null) {
            limits = limits.withImages(maxImages);
        }
        if (maxPixels != null) {
            limits = limits.withPixels(maxPixels);
        }
        if (queue != null) {
            limits = limits.withQueue(queue);
        }
        if (deadline != null) {
            limits = limits.withDeadline(seconds("--deadline", deadline));
        }
        if (uploadTime != null) {
            limits = limits.withUpload(seconds("--upload-time", uploadTime));
        }
        if (bodyMemory != null) {
            limits = limits.withBodyMemory((long) bodyMemory * MEGABYTE);
        }
        return maxConnections == null ? limits : limits.withConnections(maxConnections);
    }

    private ServedModel load(String text) throws IOException {
        Matcher named = NAMED.matcher(text);
        boolean hasName = named.matches();
        Path file = ModelArgument.of(hasName ? named.group(2) : text).file(spec(), Optional.empty());
        String name = hasName ? named.group(1) : nameOf(file);
        boolean graph = globalOptions().backend() == BackendChoice.CUDA;
        ServedModel.Loader loader = path -> calibration.apply(exif.apply(graph ? ImageClassifier.loadAsGraph(path)
                : ImageClassifier.load(path)));
        try {
            return ServedModel.load(name, file, loader);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage() + " (--model NAME=" + file + " gives another)");
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[A-Za-z0-9]+$", "");
    }
}
