package io.github.shufflenet4j.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.serving.InferenceListener;
import io.github.shufflenet4j.serving.InferenceService;
import io.github.shufflenet4j.serving.Limits;
import io.github.shufflenet4j.serving.ServedModel;
import io.github.shufflenet4j.serving.http.HttpClients.Answer;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InferenceServerTest {

    private static final int MAX_BODY = 200_000;
    private static final int MAX_IMAGES = 4;
    private static final Limits LIMITS = Limits.defaults().withBodyBytes(MAX_BODY).withImages(MAX_IMAGES)
            .withPixels(100_000).withQueue(MAX_IMAGES);
    private static final String PREDICT = "/predictions/shapes";
    private static final String INFER = "/v2/models/shapes/infer";

    private static ImageClassifier classifier;
    private static InferenceServer server;
    private static URI at;
    private static byte[] circle;
    private static byte[] other;

    @BeforeAll
    static void start() throws IOException {
        classifier = ImageClassifier.of(RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 7));
        server = builder().start();
        at = server.address();
        RenderedDataset images = new RenderedDataset(100, 1, 1, 3);
        circle = images.jpeg(Split.VAL, 0, 0);
        other = images.jpeg(Split.VAL, 1, 0);
    }

    private static InferenceServer.Builder builder() {
        return InferenceServer.builder().port(0).threads(2).limits(LIMITS)
                .model(ServedModel.of("shapes", classifier));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Prediction> expected(byte[] image) throws IOException {
        return classifier.classify(new ByteArrayInputStream(image));
    }

    private static List<Prediction> predictions(JsonNode image) {
        List<Prediction> predictions = new ArrayList<>();
        image.get("predictions").forEach(one -> predictions.add(new Prediction(one.get("index").asInt(),
                one.get("label").asText(), one.get("probability").asDouble())));
        return predictions;
    }

    private static void assertFailed(Answer answer, int status, String... parts) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().get("error").asText()).isNotEmpty().doesNotContain("\n");
        for (String part : parts) {
            assertThat(answer.json().get("error").asText()).contains(part);
        }
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "application/octet-stream", "IMAGE/*; q=1"})
    void rawImagesAreClassifiedAsByTheClassifier(String type) throws IOException {
        Answer answer = HttpClients.post(at, PREDICT + "?top=3", circle, "Content-Type", type);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(predictions(answer.json().get("images").get(0))).isEqualTo(expected(circle).subList(0, 3));
    }

    @Test
    void formsAndJsonHoldSeveralImages() throws IOException {
        Answer form = HttpClients.post(at, PREDICT, HttpClients.form(circle, other), "Content-Type",
                HttpClients.MULTIPART);
        Answer json = HttpClients.post(at, PREDICT, json(circle, other), "Content-Type", "application/json");
        for (Answer answer : List.of(form, json)) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            JsonNode images = answer.json().get("images");
            assertThat(images).hasSize(2);
            assertThat(predictions(images.get(0))).isEqualTo(expected(circle).subList(0, 5));
            assertThat(predictions(images.get(1))).isEqualTo(expected(other).subList(0, 5));
        }
        assertThat(form.json().get("images").get(1).get("image").asText()).isEqualTo("b.jpg");
        assertThat(json.json().get("images").get(1).get("image").asText()).isEqualTo("image 2");
        assertThat(form.json().get("model").asText()).isEqualTo("shapes");
    }

    private static byte[] json(byte[]... images) {
        return Arrays.stream(images).map(image -> '"' + Base64.getEncoder().encodeToString(image) + '"')
                .collect(Collectors.joining(", ", "{\"images\": [", "]}")).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void explanationsHaveMapsAndPictures() throws IOException {
        Answer answer = HttpClients.post(at, PREDICT + "?explain=true&top=2", circle);
        JsonNode image = answer.json().get("images").get(0);
        List<ClassActivationMap> maps = classifier.explainBest(ImageDecoder.decode(circle, "circle"), 2).maps();
        assertThat(image.get("maps")).hasSize(2);
        for (int i = 0; i < maps.size(); i++) {
            JsonNode map = image.get("maps").get(i);
            assertThat(map.get("label").asText()).isEqualTo(maps.get(i).prediction().label());
            assertThat(map.get("rows").asInt()).isEqualTo(maps.get(i).height());
            List<Double> values = new ArrayList<>();
            map.get("values").forEach(value -> values.add(value.asDouble()));
            float[] expected = maps.get(i).values();
            assertThat(values).hasSize(expected.length);
            for (int cell = 0; cell < expected.length; cell++) { // the same floats, through decimal text
                assertThat(values.get(cell)).isEqualTo(expected[cell], offset(1e-6 * Math.abs(expected[cell])));
            }
            assertThat(ImageDecoder.decode(map.get("overlay").binaryValue(), "overlay").width()).isEqualTo(480);
        }
        assertThat(image.get("width").asInt()).isEqualTo(100);
    }

    @Test
    void modelsAreDescribed() {
        assertThat(HttpClients.get(at, "/models").json().get("models").get(0).get("name").asText())
                .isEqualTo("shapes");
        JsonNode model = HttpClients.get(at, "/models/shapes").json();
        assertThat(model.get("classes")).hasSize(7);
        assertThat(model.get("input").toString()).isEqualTo("[1,3,64,64]");
        assertThat(model.get("preprocessing").get("resize").asInt()).isEqualTo(70);
        assertThat(model.get("provenance").get("source").asText()).isEqualTo("a test");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET  | /nothing                | 404 | nothing at /nothing",
        "GET  | /predictions/shapes     | 405 | for POST, not for GET",
        "POST | /models                 | 405 | for GET, not for POST",
        "POST | /predictions/shape      | 404 | no model 'shape'; did you mean 'shapes'?",
        "GET  | /models/../nothing      | 404 | nothing at /nothing",
        "GET  | /../../etc/passwd       | 400 | ",
        "GET  | /%2e%2e/etc/passwd      | 400 | ",
        "GET  | /models/%2e%2e%2fx      | 400 | ",
        "POST | /predictions/shapes?top=0      | 400 | top must be at least 1, got 0",
        "POST | /predictions/shapes?top=x      | 400 | top must be an integer, got 'x'",
        "POST | /predictions/shapes?explain=1  | 400 | explain must be true or false, got '1'"})
    void wrongRequestsAreExplained(String method, String path, int status, String message) throws IOException {
        // Not by Java's client, which would resolve the path.
        try (Socket socket = HttpClients.raw(at, method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: close\r\nContent-Length: 3\r\n\r\nabc")) {
            String answer = HttpClients.rest(socket);
            assertThat(answer).startsWith("HTTP/1.1 " + status).contains("{\"error\":\"")
                    .contains(message == null ? "" : message);
        }
    }

    @Test
    void unreadableImagesAreNamed() {
        byte[] cut = Arrays.copyOf(circle, circle.length / 2);
        assertFailed(HttpClients.post(at, PREDICT, cut), 422, "image: ", "truncated");
        assertFailed(HttpClients.post(at, PREDICT, HttpClients.form(circle, cut, cut), "Content-Type",
                HttpClients.MULTIPART), 422, "b.jpg: ");
        assertFailed(HttpClients.post(at, PREDICT, "not an image".getBytes(StandardCharsets.UTF_8)), 415,
                "not an image of a known format");
        assertFailed(HttpClients.post(at, PREDICT, new byte[0]), 422, "the file is empty");
    }

    @Test
    void bodiesOfUnknownTypesAreRefused() {
        assertFailed(HttpClients.post(at, PREDICT, circle, "Content-Type", "text/plain"), 415, "'text/plain'",
                "image/*");
        assertFailed(HttpClients.post(at, PREDICT, circle, "Content-Type", "multipart/form-data; boundary=x"), 400,
                "not a form");
        assertFailed(HttpClients.post(at, PREDICT, circle, "Content-Type", "multipart/form-data"), 400, "not a form");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{                                      | not valid JSON",
        "[]                                     | must be a JSON object",
        "{} {}                                  | goes on after",
        "{}                                     | the request has no image",
        "{\"image\": 3}                         | an image must be text",
        "{\"images\": \"x\"}                    | images must be an array",
        "{\"image\": \"file:///etc/passwd\"}    | addresses are not fetched",
        "{\"url\": \"http://127.0.0.1/\"}       | 'url' is not known"})
    void wrongJsonIsExplained(String body, String message) {
        assertFailed(HttpClients.post(at, PREDICT, body.getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/json"), 400, message);
    }

    @Test
    void tooLongBodiesAreRefusedWithAndWithoutAnAnnouncedLength() {
        byte[] tooLong = new byte[MAX_BODY + 1];
        assertFailed(HttpClients.post(at, PREDICT, tooLong), 413, "at most 200000 bytes");
        assertFailed(HttpClients.send(HttpClients.request(at, PREDICT).POST(
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLong)))), 413,
                "at most 200000 bytes");
        byte[] chunked = Arrays.copyOf(circle, circle.length);
        assertThat(HttpClients.send(HttpClients.request(at, PREDICT).POST(
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(chunked)))).status())
                .isEqualTo(200);
    }

    @Test
    void tooManyImagesAreRefused() {
        byte[][] images = new byte[MAX_IMAGES + 1][];
        Arrays.fill(images, circle);
        assertFailed(HttpClients.post(at, PREDICT, HttpClients.form(images), "Content-Type", HttpClients.MULTIPART),
                413, "4 images");
        assertFailed(HttpClients.post(at, PREDICT, json(images), "Content-Type", "application/json"), 413, "4 images");
        byte[][] fits = Arrays.copyOf(images, MAX_IMAGES);
        assertThat(HttpClients.post(at, PREDICT, HttpClients.form(fits), "Content-Type", HttpClients.MULTIPART)
                .status()).isEqualTo(200);
    }

    @Test
    void tooManyPixelsAreRefusedBeforeTheyAreDecoded() {
        assertFailed(HttpClients.post(at, PREDICT, "P6\n10000 10000\n255\n".getBytes(StandardCharsets.UTF_8)), 413,
                "image: 10000x10000 pixels are too many (at most 100000");
    }

    @Test
    void tensorsGiveTheProbabilitiesOfAllClasses() throws IOException {
        float[] inputs = new float[2 * classifier.metadata().preprocessing().length()];
        classifier.metadata().preprocessing().apply(decoded(circle), inputs, 0);
        classifier.metadata().preprocessing().apply(decoded(other), inputs, inputs.length / 2);
        float[] expected = new float[2 * 7];
        classifier.probabilities(inputs, 2, expected);

        ByteBuffer data = ByteBuffer.allocate(inputs.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(inputs);
        byte[] head = ("{\"id\": \"7\", \"inputs\": [{\"name\": \"input\", \"shape\": [2, 3, 64, 64], \"datatype\":"
                + " \"FP32\", \"parameters\": {\"binary_data_size\": " + data.capacity() + "}}], \"outputs\":"
                + " [{\"name\": \"probabilities\", \"parameters\": {\"binary_data\": true}}, {\"name\": \"labels\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        Answer answer = HttpClients.post(at, INFER, concatenated(head, data.array()),
                "Inference-Header-Content-Length", Integer.toString(head.length));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
        JsonNode json = new Answer(200, null, Arrays.copyOf(answer.body(), length)).json();
        assertThat(json.get("id").asText()).isEqualTo("7");
        assertThat(json.get("outputs").get(0).get("shape").toString()).isEqualTo("[2,7]");
        float[] actual = new float[14];
        ByteBuffer.wrap(answer.body(), length, answer.body().length - length).order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer().get(actual);
        assertThat(actual).containsExactly(expected);
        assertThat(json.get("outputs").get(1).get("data").get(1).asText()).isEqualTo(expected(other).get(0).label());
    }

    private static RgbImage decoded(byte[] image) throws IOException {
        return ImageDecoder.decode(image, "image");
    }

    private static byte[] concatenated(byte[] head, byte[] tail) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(tail);
        return all.toByteArray();
    }

    @Test
    void encodedImagesAreInputsInJsonAndInBinary() throws IOException {
        String inputs = "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1], ";
        Answer json = HttpClients.post(at, INFER, (inputs + "\"data\": [\"" + Base64.getEncoder().encodeToString(circle)
                + "\"]}]}").getBytes(StandardCharsets.UTF_8));
        byte[] head = (inputs + "\"parameters\": {\"binary_data_size\": " + (circle.length + 4) + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 + circle.length).order(ByteOrder.LITTLE_ENDIAN).putInt(circle.length)
                .put(circle);
        Answer binary = HttpClients.post(at, INFER, concatenated(head, data.array()),
                "Inference-Header-Content-Length", Integer.toString(head.length));
        List<Prediction> expected = expected(circle);
        for (Answer answer : List.of(json, binary)) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            JsonNode outputs = answer.json().get("outputs");
            for (Prediction prediction : expected) {
                // A float as text, read as a double.
                assertThat(outputs.get(0).get("data").get(prediction.index()).asDouble())
                        .isEqualTo(prediction.probability(), offset(1e-7));
            }
            assertThat(outputs.get(1).get("data").get(0).asText()).isEqualTo(expected.get(0).label());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}                                                                             | no inputs",
        "{\"inputs\": [{\"name\": \"x\"}]}                                              | no input 'x'",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"INT8\"}]}                  | is FP32, got 'INT8'",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [1, 3, 2, 2]}]} | [images, 3, 64, 64]",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [1, 3, 64, 64], \"data\": [1]}]}"
                + " | has 12288 numbers, got 1",
        "{\"inputs\": [{\"name\": \"input\", \"shape\": [1,2,3,4,5]}]}                  | more than 4 sides",
        "{\"inputs\": [{\"name\": \"input\", \"shape\": [-1]}]}                         | from 0 to 2147483647",
        "{\"inputs\": [{\"name\": \"input\", \"data\": [null]}]}                        | data must be numbers",
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [2], \"data\": []}]} | got [2]",
        "{\"inputs\": [{\"name\": \"image\"}, {\"name\": \"image\"}]}                   | must have one input",
        "{\"inputs\": [], \"outputs\": [{\"name\": \"y\"}]}                             | no output 'y'"})
    void wrongTensorsAreExplained(String body, String message) {
        assertFailed(HttpClients.post(at, INFER, body.getBytes(StandardCharsets.UTF_8)), 400, message);
    }

    @Test
    void theProtocolDescribesServerAndModels() {
        assertThat(HttpClients.get(at, "/v2").json().get("extensions").get(0).asText())
                .isEqualTo("binary_tensor_data");
        assertThat(HttpClients.get(at, "/v2/health/ready").status()).isEqualTo(200);
        assertThat(HttpClients.get(at, "/v2/models/shapes/ready").status()).isEqualTo(200);
        JsonNode model = HttpClients.get(at, "/v2/models/shapes").json();
        assertThat(model.get("inputs").get(0).get("shape").toString()).isEqualTo("[-1,3,64,64]");
        assertThat(model.get("outputs").get(0).get("shape").toString()).isEqualTo("[-1,7]");
    }

    @Test
    void metricsCountRequestsAndImages() throws IOException {
        try (InferenceServer counted = builder().start()) {
            HttpClients.post(counted.address(), PREDICT, circle);
            HttpClients.post(counted.address(), PREDICT, "x".getBytes(StandardCharsets.UTF_8));
            HttpClients.get(counted.address(), "/strange/path");
            // A request counts when it is over, which its client may see earlier.
            String metrics = "";
            while (!metrics.contains("uri=\"unknown\"") || !metrics.contains("status=\"415\",uri")) {
                metrics = HttpClients.get(counted.address(), "/metrics").text();
            }
            assertThat(metrics).contains("shufflenet_images_total{model=\"shapes\"} 1.0")
                    .contains("shufflenet_rejected_total{status=\"415\"} 1.0")
                    .contains("shufflenet_inference_seconds_count{model=\"shapes\",phase=\"network\"} 1")
                    .contains("shufflenet_inference_seconds_count{model=\"shapes\",phase=\"decode\"} 1")
                    .contains("shufflenet_inference_seconds_bucket{model=\"shapes\",phase=\"queue\"")
                    .contains("http_server_requests_seconds_count{method=\"POST\",status=\"200\","
                            + "uri=\"/predictions/{model}\"} 1")
                    .contains("shufflenet_queue_length 0.0").contains("jvm_memory_used_bytes")
                    .doesNotContain("strange");
        }
    }

    @Test
    void aTokenIsNeededWhereOneIsSet() throws IOException {
        try (InferenceServer guarded = builder().token("s3cret").start()) {
            URI address = guarded.address();
            assertFailed(HttpClients.post(address, PREDICT, circle), 401, "Authorization: Bearer TOKEN");
            assertThat(HttpClients.post(address, PREDICT, circle).header("WWW-Authenticate")).isEqualTo("Bearer");
            for (String wrong : List.of("Bearer s3cre", "Bearer s3cret2", "Basic s3cret", "s3cret", "Bearer")) {
                assertFailed(HttpClients.get(address, "/models", "Authorization", wrong), 401);
            }
            assertThat(HttpClients.post(address, PREDICT, circle, "Authorization", "bearer s3cret").status())
                    .isEqualTo(200);
            assertThat(HttpClients.get(address, "/v2/health/ready").status()).isEqualTo(200);
            assertFailed(HttpClients.get(address, "/metrics"), 401);
            assertFailed(HttpClients.get(address, "/nothing"), 401);
        }
        assertThatThrownBy(() -> builder().token("two words")).hasMessageContaining("visible ASCII");
    }

    @Test
    void pagesOfOtherOriginsMayCallOnlyIfAsked() throws IOException {
        assertThat(HttpClients.get(at, "/models").headers()).doesNotContainKey("access-control-allow-origin");
        try (InferenceServer shared = builder().token("t").cors("https://example.org").start()) {
            Answer preflight = HttpClients.send(HttpClients.request(shared.address(), PREDICT)
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://example.org");
            assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization");
            assertThat(HttpClients.get(shared.address(), "/models").header("Access-Control-Allow-Origin"))
                    .isEqualTo("https://example.org");
        }
    }

    /** Holds the queue's only thread at the beginning of its first image, until it is closed. */
    private static final class Gate implements InferenceListener, AutoCloseable {

        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        @Override
        public void ended(String model, Phase phase, long nanos) {
            if (phase == Phase.QUEUE) {
                reached.countDown();
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void close() {
            open.countDown();
        }
    }

    private static CompletableFuture<Answer> inBackground(URI address) {
        return CompletableFuture.supplyAsync(() -> HttpClients.post(address, PREDICT, circle),
                task -> new Thread(task).start());
    }

    @Test
    void aFullQueueRefusesAndStillAnswersWhatItHas() throws Exception {
        Gate gate = new Gate();
        try (InferenceServer busy = builder().threads(1).listener(gate).limits(LIMITS.withQueue(1)).start();
                gate) { // closed first: the server waits for it
            CompletableFuture<Answer> running = inBackground(busy.address());
            gate.reached.await();
            CompletableFuture<Answer> waiting = inBackground(busy.address());
            while (busy.service().queueLength() == 0) {
                Thread.onSpinWait();
            }
            Answer refused = HttpClients.post(busy.address(), PREDICT, circle);
            assertFailed(refused, 429, "1 of at most 1 are waiting", "try again later");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            gate.close();
            assertThat(running.get().status()).isEqualTo(200);
            assertThat(waiting.get().status()).isEqualTo(200);
        }
    }

    @Test
    void whatMissesTheDeadlineIsAnsweredAllTheSame() throws Exception {
        Gate gate = new Gate();
        try (InferenceServer busy = builder().threads(1).listener(gate)
                .limits(LIMITS.withDeadline(Duration.ofMillis(1))).start(); gate) {
            assertFailed(HttpClients.post(busy.address(), PREDICT, circle), 504, "the deadline has passed");
        }
    }

    @Test
    void stoppingAnswersWhatHasBegunAndRefusesMore() throws Exception {
        Gate gate = new Gate();
        try (InferenceServer stopping = builder().threads(1).listener(gate).start(); gate) {
            URI address = stopping.address();
            CompletableFuture<Answer> running = inBackground(address);
            gate.reached.await();
            Thread closing = new Thread(stopping::close);
            closing.start();
            boolean refused = false;
            while (!refused) {
                try (Socket probe = new Socket(address.getHost(), address.getPort())) {
                    Thread.onSpinWait();
                } catch (SocketException e) {
                    refused = true; // or reset, where the port was closed in between
                }
            }
            assertThat(running).isNotDone();
            gate.close();
            assertThat(running.get().status()).isEqualTo(200);
            closing.join();
        }
    }

    private static String head(int length) {
        return "POST " + PREDICT + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + length
                + "\r\n\r\n";
    }

    @Test
    void slowClientsKeepNobodyWaiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) { // three times the server's threads
                slow.add(HttpClients.raw(at, head(100) + "x"));
            }
            assertThat(HttpClients.post(at, PREDICT, circle).status()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void uploadsEndInTime() throws IOException {
        try (InferenceServer strict = builder().limits(LIMITS.withUpload(Duration.ofMillis(50))).start();
                Socket slow = HttpClients.raw(strict.address(), head(100) + "x")) {
            assertThat(HttpClients.rest(slow)).startsWith("HTTP/1.1 408").contains("has not arrived within");
        }
    }

    @Test
    void allBodiesTogetherAreBounded() throws IOException {
        try (InferenceServer small = builder().limits(LIMITS.withBodyMemory(MAX_BODY)).start();
                Socket first = HttpClients.raw(small.address(), head(MAX_BODY))) {
            first.getOutputStream().write(new byte[MAX_BODY - 1]);
            while (!HttpClients.get(small.address(), "/metrics").text()
                    .contains("shufflenet_body_bytes " + (double) MAX_BODY)) {
                Thread.onSpinWait();
            }
            assertFailed(HttpClients.post(small.address(), PREDICT, circle), 429, "take all memory");
            first.close();
            while (HttpClients.post(small.address(), PREDICT, circle).status() != 200) {
                Thread.onSpinWait(); // until the server has seen that the client is gone
            }
        }
    }

    @Test
    void brokenHttpIsAnsweredInJson() throws IOException {
        try (Socket socket = HttpClients.raw(at, "GET / HTTP/1.1\r\nno colon\r\n\r\n")) {
            assertThat(HttpClients.rest(socket)).startsWith("HTTP/1.1 400").contains("{\"error\":");
        }
        String header = IntStream.range(0, 10_000).mapToObj(i -> "x").collect(Collectors.joining());
        try (Socket socket = HttpClients.raw(at, "GET / HTTP/1.1\r\nX: " + header + "\r\n\r\n")) {
            assertThat(HttpClients.rest(socket)).startsWith("HTTP/1.1 431").contains("{\"error\":");
        }
    }

    @Test
    void thePageLoadsNothingFromElsewhere() {
        Answer page = HttpClients.get(at, "/");
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(page.text()).contains("Photos stay on the machine")
                .doesNotContain("http://", "https://", "innerHTML");
    }

    private static String answerTo(InferenceServer asked, String host) throws IOException {
        try (Socket socket = HttpClients.raw(asked.address(), "GET /models HTTP/1.1\r\nHost: " + host
                + "\r\nConnection: close\r\n\r\n")) {
            return HttpClients.rest(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:8080", "127.0.0.1", "[::1]:8080", "photos.localhost", "localhost."})
    void namesOfThisMachineAreAnswered(String host) throws IOException {
        assertThat(answerTo(server, host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "example.org:8080", "localhost.example.org", "127.0.0.1.example.org", "x"})
    void otherNamesReachTheLoopbackAddressOnlyIfAllowed(String host) throws IOException {
        assertThat(answerTo(server, host)).startsWith("HTTP/1.1 421").contains("--allow-host");
        try (InferenceServer allowing = builder().allowHost(host.replaceFirst(":.*", "").toUpperCase(Locale.ROOT))
                .start(); InferenceServer secret = builder().token("secret").start()) {
            assertThat(answerTo(allowing, host)).startsWith("HTTP/1.1 200");
            assertThat(answerTo(secret, host)).startsWith("HTTP/1.1 401");
        }
        assertThatThrownBy(() -> builder().allowHost("example.org:80")).hasMessageContaining("example.org:80");
    }

    @Test
    void examplesAreImages() throws IOException {
        JsonNode examples = HttpClients.get(at, "/examples").json().get("examples");
        assertThat(examples).hasSize(RenderedDataset.CLASSES.size());
        Answer image = HttpClients.get(at, "/" + examples.get(0).get("path").asText());
        assertThat(image.header("Content-Type")).isEqualTo("image/jpeg");
        assertThat(decoded(image.body()).width()).isEqualTo(320);
        assertFailed(HttpClients.get(at, "/examples/x.jpg"), 404, "no example 'x.jpg'");
    }

    @Test
    void allPathsAreDescribedInOpenApi() throws IOException {
        JsonNode paths = HttpClients.get(at, "/openapi.json").json().get("paths");
        List<String> described = new ArrayList<>();
        paths.properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method ->
                described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        try (InferenceService service = InferenceService.builder().model(ServedModel.of("m", classifier)).build();
                ServerMetrics metrics = new ServerMetrics()) {
            assertThat(described).containsExactlyInAnyOrderElementsOf(
                    new Routes(service, metrics, Optional.empty(), Optional.empty(), HostNames.any()).patterns());
        }
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> builder().port(at.getPort()).start()).isInstanceOf(IOException.class)
                .hasMessageContaining("port " + at.getPort()).hasMessageContaining("in use");
    }

    @Test
    void keystoresServeHttps(@TempDir Path folder) throws Exception {
        Path keystore = folder.resolve("keys.p12");
        assertThat(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-storetype",
                "PKCS12", "-keystore", keystore.toString(), "-storepass", "password").inheritIO().start().waitFor())
                .isZero();
        KeyStore trusted = KeyStore.getInstance(keystore.toFile(), "password".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(
                TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (InferenceServer secure = builder().tls(keystore, "password").start()) {
            assertThat(secure.address().getScheme()).isEqualTo("https");
            assertThat(HttpClient.newBuilder().sslContext(context).build().send(
                    HttpRequest.newBuilder(secure.address().resolve("/models")).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
        assertThatThrownBy(() -> builder().tls(keystore, "wrong").start()).isInstanceOf(IOException.class)
                .hasMessage(keystore + ": not a keystore, or its password is wrong");
        assertThatThrownBy(() -> builder().tls(folder.resolve("none"), "password").start())
                .isInstanceOf(NoSuchFileException.class);
    }
}
