package io.github.shufflenet4j.serving.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.serving.ImageResult;
import io.github.shufflenet4j.serving.InferenceService;
import io.github.shufflenet4j.serving.InferenceService.Answer;
import io.github.shufflenet4j.serving.ServedModel;
import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;
import io.github.shufflenet4j.weights.ModelMetadata;

/** The paths, and what answers them. */
final class Routes extends Handler.Abstract {

    private static final int TOP = 5;
    private static final String UNKNOWN = "unknown";
    /** Those for which a load balancer or a browser brings no token; they tell nothing of a model. */
    private static final List<String> OPEN = List.of("/", "/v2/health/live", "/v2/health/ready");

    private final InferenceService service;
    private final ServerMetrics metrics;
    private final BodyMemory memory;
    private final Optional<BearerToken> token;
    private final Optional<String> cors;
    private final HostNames hosts;
    private final List<Route> routes;

    /** @param segment of the path that a pattern leaves open; empty if it has none */
    @FunctionalInterface
    private interface Action {
        void answer(Exchange exchange, String segment) throws ServingException, IOException;
    }

    /** @param pattern path, in which one segment in braces stands for any text */
    private record Route(String method, String pattern, Action action) {

        /** The open segment, if the path is that of this route. */
        Optional<String> match(String path) {
            String[] expected = pattern.split("/", -1);
            String[] actual = path.split("/", -1);
            String segment = "";
            if (expected.length != actual.length) {
                return Optional.empty();
            }
            for (int i = 0; i < expected.length; i++) {
                if (expected[i].startsWith("{")) {
                    segment = actual[i];
                } else if (!expected[i].equals(actual[i])) {
                    return Optional.empty();
                }
            }
            return Optional.of(segment);
        }
    }

    Routes(InferenceService service, ServerMetrics metrics, Optional<BearerToken> token, Optional<String> cors,
            HostNames hosts) {
        this.service = service;
        this.metrics = metrics;
        this.memory = new BodyMemory(service.limits().bodyMemory());
        this.token = token;
        this.cors = cors;
        this.hosts = hosts;
        StaticFiles files = new StaticFiles();
        this.routes = List.of(
                new Route("GET", "/", (exchange, none) -> {
                    exchange.setHeader("Content-Security-Policy", StaticFiles.PAGE_POLICY);
                    exchange.send(200, files.page());
                }),
                new Route("GET", "/examples", (exchange, none) -> exchange.send(200, files.examples())),
                new Route("GET", "/examples/{name}", (exchange, name) -> exchange.send(200, files.example(name))),
                new Route("GET", "/openapi.json", (exchange, none) -> exchange.send(200, files.openApi())),
                new Route("POST", "/predictions/{model}", this::predict),
                new Route("GET", "/models", (exchange, none) -> json(exchange, Map.of("models",
                        service.models().stream().map(ModelFacts::brief).toList()))),
                new Route("GET", "/models/{model}", (exchange, name) -> json(exchange,
                        ModelFacts.full(service.model(name)))),
                new Route("GET", "/v2", (exchange, none) -> json(exchange, server())),
                new Route("GET", "/v2/health/live", (exchange, none) -> json(exchange, Map.of("live", true))),
                new Route("GET", "/v2/health/ready", (exchange, none) -> json(exchange, Map.of("ready", true))),
                new Route("GET", "/v2/models/{model}", this::describe),
                new Route("GET", "/v2/models/{model}/ready", (exchange, name) -> json(exchange,
                        Map.of("name", service.model(name).name(), "ready", true))),
                new Route("POST", "/v2/models/{model}/infer", this::infer),
                new Route("GET", "/metrics", (exchange, none) -> exchange.send(200, new Exchange.Content(
                        ServerMetrics.TYPE, metrics.scrape().getBytes(StandardCharsets.UTF_8)))));
        metrics.gauge("shufflenet.queue.length", "Images that wait", service::queueLength);
        metrics.gauge("shufflenet.body.bytes", "Bytes of the bodies that are held", memory::used);
    }

    /** Methods and patterns of all routes. */
    List<String> patterns() {
        return routes.stream().map(route -> route.method() + " " + route.pattern()).toList();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        List<Route> matching = routes.stream().filter(route -> route.match(path).isPresent()).toList();
        HttpMethod known = HttpMethod.fromString(request.getMethod());
        Request.addCompletionListener(request, failure -> metrics.requested(known == null ? UNKNOWN : known.asString(),
                matching.isEmpty() ? UNKNOWN : matching.get(0).pattern(), response.getStatus(),
                System.nanoTime() - request.getBeginNanoTime()));
        Exchange exchange = new Exchange(request, response, callback, service.limits(), memory);
        try {
            hosts.require(request.getHttpURI().getHost());
            headers(exchange);
            route(exchange, request.getMethod(), path, matching);
        } catch (ServingException | IOException | RuntimeException e) {
            exchange.fail(e);
        }
        return true;
    }

    private void headers(Exchange exchange) {
        exchange.setHeader("X-Content-Type-Options", "nosniff");
        exchange.setHeader("Cache-Control", "no-store");
        cors.ifPresent(origin -> {
            exchange.setHeader("Access-Control-Allow-Origin", origin);
            exchange.setHeader("Access-Control-Expose-Headers", InferResponse.LENGTH_HEADER + ", Retry-After");
            exchange.setHeader("Vary", "Origin");
        });
    }

    private void route(Exchange exchange, String method, String path, List<Route> matching)
            throws ServingException, IOException {
        if (method.equals("OPTIONS") && cors.isPresent() && !matching.isEmpty()) {
            exchange.setHeader("Access-Control-Allow-Methods", methods(matching));
            exchange.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, "
                    + InferResponse.LENGTH_HEADER);
            exchange.send(204, new Exchange.Content(Json.TYPE, new byte[0]));
            return;
        }
        if (token.isPresent() && !OPEN.contains(path) && !token.get().isIn(exchange.header("Authorization"))) {
            throw new ServingException(Reason.UNAUTHORIZED, "the header 'Authorization: Bearer TOKEN' is missing, or"
                    + " its token is wrong");
        }
        if (matching.isEmpty()) {
            throw new ServingException(Reason.NOT_FOUND, "there is nothing at " + path);
        }
        String wanted = method.equals("HEAD") ? "GET" : method;
        Optional<Route> route = matching.stream().filter(candidate -> candidate.method().equals(wanted)).findFirst();
        if (route.isEmpty()) {
            exchange.setHeader("Allow", methods(matching));
            throw new ServingException(Reason.METHOD_NOT_ALLOWED, path + " is for " + methods(matching) + ", not for "
                    + method);
        }
        route.get().action().answer(exchange, route.get().match(path).orElseThrow());
    }

    private static String methods(List<Route> routes) {
        return routes.stream().map(Route::method).collect(Collectors.joining(", "));
    }

    private static void json(Exchange exchange, Object value) {
        exchange.send(200, Exchange.Content.json(value));
    }

    private static Map<String, Object> server() {
        String version = Routes.class.getPackage().getImplementationVersion();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", "shufflenet4j");
        json.put("version", version == null ? "development" : version);
        json.put("extensions", List.of("binary_tensor_data"));
        return json;
    }

    private void predict(Exchange exchange, String name) throws ServingException {
        service.model(name); // Before the body is read.
        int top = exchange.parameter("top", TOP);
        boolean explain = exchange.flag("explain");
        exchange.answer(body -> service.classify(name,
                PredictionBody.read(exchange.header("Content-Type"), body, service.limits().images()), top, explain)
                .thenApply(answer -> Exchange.Content.json(PredictionBody.write(name, answer))));
    }

    private void describe(Exchange exchange, String name) throws ServingException {
        ServedModel.Version version = service.model(name).current();
        json(exchange, InferResponse.describe(name, version.number(), version.classifier().metadata()));
    }

    private void infer(Exchange exchange, String name) throws ServingException {
        ServedModel model = service.model(name);
        exchange.answer(body -> {
            ModelMetadata metadata = model.current().classifier().metadata();
            InferRequest request = InferRequest.read(body, exchange.header(InferResponse.LENGTH_HEADER), metadata,
                    service.limits().images());
            return probabilities(name, request).thenApply(answer -> InferResponse.of(name, request, answer, exchange));
        });
    }

    private CompletableFuture<Answer<float[]>> probabilities(String name, InferRequest request)
            throws ServingException {
        if (!request.isEncoded()) {
            return service.probabilities(name, request.floats(), request.images());
        }
        return service.classify(name, request.uploads(), Integer.MAX_VALUE, false).thenApply(answer ->
                new Answer<>(answer.version(), answer.results().stream().map(Routes::inOrder).toList()));
    }

    private static float[] inOrder(ImageResult result) {
        float[] probabilities = new float[result.predictions().size()];
        for (Prediction prediction : result.predictions()) {
            probabilities[prediction.index()] = (float) prediction.probability();
        }
        return probabilities;
    }
}
