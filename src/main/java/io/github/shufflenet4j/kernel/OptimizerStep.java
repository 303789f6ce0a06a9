package io.github.shufflenet4j.kernel;

import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.FloatBuffer;

/** A step of an optimizer, in one pass over the parameters; each parameter has one or two values of state. */
public sealed interface OptimizerStep permits MomentumStep, AdamStep, RmsPropStep {

    /**
     * State of some parameters: parameter i has the value at index {@code from + i} and, for optimizers with two, that
     * at {@code from + stride + i}.
     */
    record State(FloatBuffer values, int from, int stride) {
    }

    /** Whether parameters have two values of state. */
    boolean hasSecondState();

    /** The step of the first {@code n} parameters of the arrays; {@code second} only if there is a second state. */
    void compute(float[] parameters, float[] gradient, float[] first, float[] second, int n,
                 ElementwiseKernels kernels);

    /**
     * Turns the gradient of {@code count} parameters from index {@code from} into their step, to be subtracted from the
     * parameters, which stay.
     *
     * @throws IndexOutOfBoundsException if a buffer is too short
     */
    default void apply(FloatBuffer parameters, FloatBuffer gradient, int from, int count, State state,
                       ElementwiseKernels kernels, Workers workers) {
        int chunkSize = 4096;
        workers.parallelFor(Rounding.ceilDiv(count, chunkSize), chunk -> {
            int at = chunk * chunkSize;
            int n = Math.min(chunkSize, count - at);
            int second = state.from() + state.stride() + at;
            Scratch scratch = Scratch.ofThread();
            float[] p = scratch.floats(Scratch.Slot.OUTPUT, chunkSize);
            float[] g = scratch.floats(Scratch.Slot.GRADIENT, chunkSize);
            float[] s = scratch.floats(Scratch.Slot.INPUT, chunkSize);
            float[] t = scratch.floats(Scratch.Slot.INPUT_GRADIENT, chunkSize);
            parameters.get(from + at, p, 0, n);
            gradient.get(from + at, g, 0, n);
            state.values().get(state.from() + at, s, 0, n);
            if (hasSecondState()) {
                state.values().get(second, t, 0, n);
            }
            compute(p, g, s, t, n, kernels);
            gradient.put(from + at, g, 0, n);
            state.values().put(state.from() + at, s, 0, n);
            if (hasSecondState()) {
                state.values().put(second, t, 0, n);
            }
        });
    }
}
