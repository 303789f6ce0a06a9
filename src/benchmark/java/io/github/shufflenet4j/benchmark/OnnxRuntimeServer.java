package io.github.shufflenet4j.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.serving.InferenceQueue;
import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.onnx.OnnxFile;

/**
 * ONNX Runtime behind the same HTTP server, queue, decoder and preprocessing, as a peer of {@code shufflenet serve}:
 * answers a posted image with its most probable classes. Prints its address when it is ready.
 */
final class OnnxRuntimeServer extends Handler.Abstract {

    private static final int TOP = 5;
    private static final int WAITING = 256;
    private static final long PIXELS = 50_000_000;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;
    private final ModelMetadata metadata;
    private final InferenceQueue queue = new InferenceQueue(WAITING, Workers.shared().size());

    private OnnxRuntimeServer(Path onnx, ModelMetadata metadata) throws OrtException {
        this.metadata = metadata;
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        // An image a thread, as this library's server does.
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = environment.createSession(onnx.toString(), options);
        input = session.getInputNames().iterator().next();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Content.Source.asByteArrayAsync(request, -1).thenCompose(body -> {
            try {
                return queue.submit(List.of(() -> classify(body)), Duration.ofSeconds(30));
            } catch (ServingException e) {
                throw new IllegalStateException(e);
            }
        }).whenComplete((answers, failure) -> {
            response.setStatus(failure == null ? 200 : 422);
            byte[] bytes = (failure == null ? ModelMetadata.json(answers.get(0)) : "{}")
                    .getBytes(StandardCharsets.UTF_8);
            response.getHeaders().put("Content-Length", bytes.length);
            response.write(true, ByteBuffer.wrap(bytes), callback);
        });
        return true;
    }

    private List<Prediction> classify(byte[] body) throws IOException, OrtException {
        Preprocessing preprocessing = metadata.preprocessing();
        float[] pixels = new float[preprocessing.length()];
        preprocessing.apply(new EncodedImage(body, "image", preprocessing.ignoreExif()).decode(PIXELS), pixels, 0);
        long[] shape = {1, metadata.inputChannels(), preprocessing.crop(), preprocessing.crop()};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            return best(((float[][]) result.get(0).getValue())[0]);
        }
    }

    private List<Prediction> best(float[] logits) {
        double largest = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
        double[] weights = IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i] - largest)).toArray();
        double sum = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
        return IntStream.range(0, weights.length).boxed().sorted((a, b) -> Double.compare(weights[b], weights[a]))
                .limit(TOP).map(i -> new Prediction(i, metadata.classNames().get(i), weights[i] / sum)).toList();
    }

    /** {@code MODEL.zip} */
    public static void main(String[] args) throws Exception {
        TrainedModel model = ModelFile.read(Path.of(args[0]), false);
        Path onnx = Files.createTempFile("peer", ".onnx");
        onnx.toFile().deleteOnExit();
        OnnxFile.write(onnx, model);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new OnnxRuntimeServer(onnx, model.metadata()));
        server.start();
        System.out.println("serving on http://127.0.0.1:" + connector.getLocalPort() + "/");
    }
}
