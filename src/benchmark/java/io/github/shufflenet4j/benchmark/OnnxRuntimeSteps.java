package io.github.shufflenet4j.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import io.github.shufflenet4j.weights.onnx.OnnxFile;

/** ONNX Runtime; the session's optimiser folds batch norm. */
final class OnnxRuntimeSteps {

    /** System property: a file of the cell's network from elsewhere. */
    static final String FILE = "benchmark.onnx";

    private OnnxRuntimeSteps() {
    }

    static Optional<Path> file() {
        return Optional.ofNullable(System.getProperty(FILE)).map(Path::of);
    }

    static Contestant.Step ofExport(Cell cell) {
        try {
            Path file = Files.createTempFile("benchmark", ".onnx");
            file.toFile().deleteOnExit();
            OnnxFile.write(file, Networks.model(cell));
            return of(cell, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Contestant.Step of(Cell cell, Path file) {
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            OrtSession.SessionOptions options = new OrtSession.SessionOptions();
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(cell.threads());
            options.setInterOpNumThreads(1);
            OrtSession session = environment.createSession(file.toString(), options);
            long[] shape = {cell.batch(), Cell.CHANNELS, Cell.SIDE, Cell.SIDE};
            String name = session.getInputNames().iterator().next();
            OnnxTensor input = OnnxTensor.createTensor(environment, direct(cell.pixels()), shape);
            return () -> {
                try (OrtSession.Result result = session.run(Map.of(name, input))) {
                    result.get(0);
                } catch (OrtException e) {
                    throw new IllegalStateException(e);
                }
            };
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FloatBuffer direct(float[] values) {
        FloatBuffer buffer = java.nio.ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(java.nio.ByteOrder.nativeOrder()).asFloatBuffer();
        buffer.put(values).flip();
        return buffer;
    }
}
