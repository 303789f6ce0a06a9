package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.github.shufflenet4j.kernel.concurrent.Workers;

/** Something that runs a {@link Stack}, operation by operation. */
interface Engine {

    /**
     * All engines that are here: this library's kernels, and ONNX Runtime if it is on the class path.
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

    /** What it is called in tables. */
    String name();

    /** How it computes, in a sentence. */
    String explanation();

    /** Whether a ReLU is a pass over memory by itself, and not part of the operation before it. */
    default boolean passes() {
        return false;
    }

    /**
     * Multiply-adds that it makes where it rounds channels up, if that is known.
     *
     * @see Stack#cost
     */
    default OptionalLong computedMacs(Stack stack) {
        return OptionalLong.empty();
    }

    /** A stack made ready to run, with the stack's own input and weights. */
    Prepared prepare(Stack stack);

    /** A stack in the memory of an engine; running it computes the output from the input. */
    interface Prepared extends Race.Task {

        /** What {@link #run} computed last, {@code [channels, side, side]}. */
        float[] output();
    }
}
