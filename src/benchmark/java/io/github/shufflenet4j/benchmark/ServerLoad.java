package io.github.shufflenet4j.benchmark;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.github.shufflenet4j.cli.Main;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * Loads a server with good, broken, huge and slow uploads, in rounds that alternate with {@link ImageClassifier} on the
 * same files from as many threads, and with {@link OnnxRuntimeServer}. Run by {@code training-scripts/load.sh}.
 */
final class ServerLoad {

    private static final String MODEL = "model";
    private static final int TOP = 5;
    private static final int ROUNDS = 5;
    private static final int HUGE = 21_000_000;
    /** By then the server's hot code is compiled. */
    private static final int WARM_UP_IMAGES = 4000;

    private final Map<String, String> options;
    private final List<byte[]> photos = new ArrayList<>();
    private final List<ImageClassifier> classifiers = new ArrayList<>();
    private final List<List<String>> expected = new ArrayList<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final List<Long> nanos = new ArrayList<>();
    private final AtomicLong ofPeer = new AtomicLong();
    private volatile boolean stopping;

    private ServerLoad(Map<String, String> options) {
        this.options = options;
    }

    private int number(String name, int fallback) {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(fallback)));
    }

    /** The server in a process of its own. */
    private record ServerProcess(Process process, int port) {

        static ServerProcess start(List<String> command, String log) throws IOException {
            Process process = new ProcessBuilder(command).redirectError(Path.of(log).toFile()).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly)); // if this is ended early
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(),
                    StandardCharsets.UTF_8));
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("serving on ")) {
                    return new ServerProcess(process, URI.create(line.substring("serving on ".length())).getPort());
                }
            }
            throw new IOException("the server did not start; see " + log);
        }

        /** Megabytes of heap in use after a collection, and of all memory that is resident. */
        String memory() throws IOException, InterruptedException {
            String pid = Long.toString(process.pid());
            new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), pid, "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            double heap = 0;
            try (Connection connection = new Connection(port)) {
                for (String line : connection.send("GET", "/metrics", new byte[0]).body.split("\n")) {
                    if (line.startsWith("jvm_memory_used_bytes{area=\"heap\"")) {
                        heap += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                    }
                }
            }
            Path status = Path.of("/proc", pid, "status");
            String resident = Files.exists(status) ? Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:")).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1000 + " MB").orElse("?") : "?";
            return String.format(Locale.ROOT, "heap %.1f MB after a collection, resident %s", heap / 1e6, resident);
        }
    }

    private record Answer(int status, String body, boolean close) {
    }

    /** A connection that is kept open from request to request. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        Answer send(String method, String path, byte[] body) throws IOException {
            ByteArrayOutputStream request = new ByteArrayOutputStream(body.length + 200);
            request.writeBytes((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length
                    + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(body);
            request.writeTo(out);
            out.flush();
            int status = Integer.parseInt(line().split(" ")[1]);
            int length = 0;
            boolean close = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                length = lower.startsWith("content-length:") ? Integer.parseInt(lower.substring(15).strip()) : length;
                close |= lower.equals("connection: close");
            }
            return new Answer(status, new String(in.readNBytes(length), StandardCharsets.UTF_8), close);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the connection was closed");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void count(String what) {
        counts.computeIfAbsent(what, key -> new AtomicLong()).incrementAndGet();
    }

    private long counted(String what) {
        return counts.containsKey(what) ? counts.get(what).get() : 0;
    }

    /** What a client does until the round ends. */
    private void client(int port, long seed, long end) {
        Random random = new Random(seed);
        List<Long> times = new ArrayList<>();
        Connection connection = null;
        while (System.nanoTime() < end) {
            int photo = random.nextInt(photos.size());
            double kind = 100 * random.nextDouble();
            boolean huge = kind < number("huge", 0) / 10.0;
            boolean broken = !huge && kind < number("broken", 10);
            byte[] good = photos.get(photo);
            byte[] body = huge ? new byte[HUGE] : broken ? Arrays.copyOf(good, good.length / 2) : good;
            long start = System.nanoTime();
            try {
                if (connection == null) {
                    connection = new Connection(port);
                }
                Answer answer = connection.send("POST", "/predictions/" + MODEL + "?top=" + TOP, body);
                if (huge || broken) {
                    count((huge ? "huge: " : "broken: ") + answer.status);
                } else if (answer.status == 200) {
                    boolean right = expected.stream().anyMatch(all -> answer.body.endsWith(all.get(photo)));
                    count(right ? "good" : "WRONG ANSWER");
                    times.add(System.nanoTime() - start);
                } else {
                    count(stopping && answer.status == 503 ? "refused while stopping" : "FAILED: " + answer.status);
                }
                if (answer.close) {
                    connection.close();
                    connection = null;
                }
            } catch (IOException e) {
                boolean refused = connection == null;
                connection = null;
                count(stopping && refused ? "refused while stopping" : "FAILED: " + e.getMessage());
                if (stopping) {
                    break;
                }
            }
        }
        synchronized (nanos) {
            nanos.addAll(times);
        }
    }

    /** Sends a byte a second, until the end. */
    private static void slowClient(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("POST /predictions/" + MODEL + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 100000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                socket.getOutputStream().write(0);
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (IOException | InterruptedException e) {
            // the server has ended the upload, or the run is over
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Runs a task in all clients. @return seconds */
    private double parallel(ClientTask task) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < number("clients", 8); i++) {
            int client = i;
            threads.add(daemon(() -> task.run(client)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @FunctionalInterface
    private interface ClientTask {
        void run(int client);
    }

    private double serverRound(ServerProcess server, int round, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (1e9 * seconds);
        return parallel(client -> client(server.port, 1000L * round + client, end));
    }

    /** Images a second, of the classifier in this process. */
    private double classifierRound(int round, double seconds) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + (long) (1e9 * seconds);
        double took = parallel(client -> {
            Random random = new Random(1000L * round + client);
            while (System.nanoTime() < end) {
                try {
                    classifiers.get(0).classify(new ByteArrayInputStream(photos.get(random.nextInt(photos.size()))));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                done.incrementAndGet();
            }
        });
        return done.get() / took;
    }

    /** Images a second, of the peer; its answers are not compared. */
    private double peerRound(ServerProcess peer, int round, double seconds) throws InterruptedException {
        ofPeer.set(0);
        long end = System.nanoTime() + (long) (1e9 * seconds);
        double took = parallel(client -> {
            Random random = new Random(1000L * round + client);
            try (Connection connection = new Connection(peer.port)) {
                while (System.nanoTime() < end) {
                    byte[] photo = photos.get(random.nextInt(photos.size()));
                    if (connection.send("POST", "/predictions/" + MODEL, photo).status == 200) {
                        ofPeer.incrementAndGet();
                    } else {
                        count("FAILED: ONNX Runtime");
                    }
                }
            } catch (IOException e) {
                count("FAILED: ONNX Runtime, " + e.getMessage());
            }
        });
        return ofPeer.get() / took;
    }

    private void readPhotos(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().toLowerCase(Locale.ROOT).matches(".*\\.jpe?g"))
                    .sorted().limit(number("photos", 100)).toList()) {
                photos.add(Files.readAllBytes(file));
            }
        }
        if (photos.isEmpty()) {
            throw new IOException(folder + ": no JPEG files");
        }
    }

    private void expect(Path model) throws IOException {
        ImageClassifier classifier = ImageClassifier.load(model);
        classifiers.add(classifier);
        List<String> answers = new ArrayList<>();
        for (byte[] photo : photos) {
            answers.add("\"images\":[{\"image\":\"image\",\"predictions\":" + ModelMetadata.json(classifier.classify(
                    new ByteArrayInputStream(photo)).subList(0, TOP)) + "}]}");
        }
        expected.add(answers);
    }

    private void run() throws IOException, InterruptedException {
        Path served = Path.of("target/load-model.zip");
        byte[] first = Files.readAllBytes(Path.of(options.get("model")));
        AtomicFile.write(served, out -> out.write(first));
        readPhotos(Path.of(options.get("images")));
        expect(Path.of(options.get("model")));
        byte[] second = null;
        if (options.containsKey("other")) {
            expect(Path.of(options.get("other")));
            second = Files.readAllBytes(Path.of(options.get("other")));
        }
        ServerProcess server = ServerProcess.start(java(Main.class, "serve", "--model", MODEL + "=" + served, "--port",
                "0", "--watch", "0.2"), "target/load-server.log");
        ServerProcess peer = options.containsKey("peer")
                ? ServerProcess.start(java(OnnxRuntimeServer.class, options.get("model")), "target/load-peer.log")
                : null;
        try {
            measure(server, peer, served, first, second);
        } finally {
            server.process.destroyForcibly();
            if (peer != null) {
                peer.process.destroyForcibly();
            }
            Files.deleteIfExists(served);
        }
    }

    private List<String> java(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@src/main/jvm/java.options",
                "-Xmx" + options.getOrDefault("heap", "1g"), "-cp", System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void measure(ServerProcess server, ServerProcess peer, Path served, byte[] first, byte[] second)
            throws IOException, InterruptedException {
        int seconds = number("seconds", 60);
        double part = (double) seconds / ROUNDS;
        double other = Math.min(5, part);
        classifierRound(-1, 5);
        if (peer != null) {
            peerRound(peer, -1, 5);
        }
        for (int round = -1; counted("good") < WARM_UP_IMAGES; round--) {
            serverRound(server, round, 5);
        }
        counts.clear();
        nanos.clear();
        for (int i = 0; i < number("slow", 20); i++) {
            daemon(() -> slowClient(server.port));
        }
        System.out.printf("clients %d, of which each sends %d %% broken and %.1f %% huge uploads; %d slow clients%n",
                number("clients", 8), number("broken", 10), number("huge", 0) / 10.0, number("slow", 20));
        System.out.println("memory before: " + server.memory());
        if (second != null) {
            daemon(() -> swap(served, first, second, seconds));
        }
        List<Double> ofServer = new ArrayList<>();
        List<Double> ofClassifier = new ArrayList<>();
        List<Double> ofRuntime = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long before = counted("good");
            double took = serverRound(server, round, part);
            ofServer.add((counted("good") - before) / took);
            ofClassifier.add(classifierRound(round, other));
            if (peer != null) {
                ofRuntime.add(peerRound(peer, round, other));
            }
        }
        System.out.println("memory after:  " + server.memory());
        System.out.printf(Locale.ROOT, "images a second, median of %d rounds: server %.0f%n", ROUNDS,
                median(ofServer));
        compare("ImageClassifier from as many threads", ofServer, ofClassifier);
        if (peer != null) {
            compare("ONNX Runtime behind the same server", ofServer, ofRuntime);
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(Locale.ROOT, "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms%n", percentile(sorted, 0.5),
                percentile(sorted, 0.95), percentile(sorted, 0.99));
        if (options.containsKey("stop")) {
            stop(server);
        }
        new TreeMap<>(counts).forEach((what, count) -> System.out.println("  " + what + ": " + count));
        if (counts.keySet().stream().anyMatch(what -> what.startsWith("FAILED") || what.startsWith("WRONG"))) {
            System.out.println("failed");
            System.exit(1);
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static void compare(String name, List<Double> server, List<Double> others) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            ratios.add(server.get(i) / others.get(i));
        }
        System.out.printf(Locale.ROOT, "%s %.0f; the server reaches %.0f %% of that (%.0f to %.0f)%n", name,
                median(others), 100 * median(ratios), 100 * Collections.min(ratios), 100 * Collections.max(ratios));
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1L,
                Math.round(share * sorted.length))] / 1e6;
    }

    private void swap(Path served, byte[] first, byte[] second, int seconds) {
        int swaps = number("swaps", 20);
        try {
            for (int i = 0; i < swaps; i++) {
                byte[] next = i % 2 == 0 ? second : first;
                AtomicFile.write(served, out -> out.write(next));
                count("models replaced");
                Thread.sleep(1000L * seconds / swaps);
            }
        } catch (IOException | InterruptedException e) {
            count("FAILED: " + e.getMessage());
        }
    }

    private void stop(ServerProcess server) throws InterruptedException, IOException {
        Thread load = daemon(() -> {
            try {
                serverRound(server, ROUNDS, 5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.sleep(1000);
        stopping = true;
        new ProcessBuilder("kill", "-TERM", Long.toString(server.process.pid())).start().waitFor();
        load.join();
        System.out.println("SIGTERM under load: exit code " + server.process.waitFor());
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            String name = args[i].replaceFirst("^--", "");
            options.put(name, name.matches("stop|peer") ? "" : args[++i]);
        }
        new ServerLoad(options).run();
        System.exit(0);
    }
}
