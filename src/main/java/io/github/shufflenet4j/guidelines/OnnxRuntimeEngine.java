package io.github.shufflenet4j.guidelines;

import java.nio.FloatBuffer;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** ONNX Runtime, which is an optional dependency: see {@link Engine#all}. */
final class OnnxRuntimeEngine implements Engine {

    private final int threads;

    OnnxRuntimeEngine(int threads) {
        this.threads = threads;
    }

    @Override
    public String name() {
        return "ONNX Runtime";
    }

    @Override
    public String description() {
        return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion()
                + " on the CPU, with all optimisations and its own choice of fused operations.";
    }

    @Override
    public Prepared prepare(Stack stack) {
        return unchecked(() -> new Session(stack));
    }

    private interface OrtCall<T> {
        T call() throws OrtException;
    }

    private static <T> T unchecked(OrtCall<T> ort) {
        try {
            return ort.call();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Session implements Prepared {

        private final OrtSession session;
        private final OnnxTensor input;

        Session(Stack stack) throws OrtException {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                options.setIntraOpNumThreads(threads);
                options.setInterOpNumThreads(1);
                this.session = environment.createSession(OnnxStack.bytes(stack), options);
            }
            float[] values = stack.input();
            FloatBuffer buffer = PlanesEngine.buffer(values.length).put(values).flip();
            long[] shape = {1, stack.channels(0), stack.side(), stack.side()};
            this.input = OnnxTensor.createTensor(environment, buffer, shape);
        }

        @Override
        public void run() {
            unchecked(() -> session.run(Map.of(OnnxStack.INPUT, input))).close();
        }

        @Override
        public float[] output() {
            try (OrtSession.Result result = unchecked(() -> session.run(Map.of(OnnxStack.INPUT, input)))) {
                FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[output.remaining()];
                output.get(values);
                return values;
            }
        }

        @Override
        public void close() {
            input.close();
            unchecked(() -> {
                session.close();
                return null;
            });
        }
    }
}
