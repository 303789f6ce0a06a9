package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.github.shufflenet4j.kernel.concurrent.Workers;

/** Runs a {@link Stack}, operation by operation. */
interface Engine {

    /**
     * The available engines: this library's kernels, and ONNX Runtime if it is on the class path.
     *
     * @param workers the threads of this library's kernels; ONNX Runtime has as many of its own
     */
    static List<Engine> all(Workers workers) {
        List<Engine> engines = new ArrayList<>(List.of(new ChannelsLastEngine(workers, false),
                new ChannelsLastEngine(workers, true), new PlanesEngine(workers)));
        if (hasOnnxRuntime()) {
            engines.add(new OnnxRuntimeEngine(workers.size()));
        }
        return engines;
    }

    private static boolean hasOnnxRuntime() {
        try {
            Class.forName("ai.onnxruntime.OrtEnvironment", false, Engine.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    String name();

    /** A description in a sentence or two. */
    String description();

    /** Whether ReLU is a pass over memory of its own, not fused into the operation before it. */
    default boolean separateRelu() {
        return false;
    }

    /** The multiply-adds that it computes, where it pads channels and knows the number. */
    default OptionalLong computedMacs(Stack stack) {
        return OptionalLong.empty();
    }

    /** Prepares a stack with the stack's own input and weights. */
    Prepared prepare(Stack stack);

    /** A stack in an engine's memory; running it computes the output from the input. */
    interface Prepared extends Benchmark.Task {

        /** The output of the last {@link #run}, {@code [channels, side, side]}. */
        float[] output();
    }
}
