package io.github.shufflenet4j.kernel;

import java.nio.FloatBuffer;

/**
 * A step of stochastic gradient descent with momentum, in one pass over the parameters. With
 * {@code g = gradient + decay * parameter}:
 * <pre>
 * velocity  = momentum * velocity + gain * g
 * parameter = parameter + alongVelocity * velocity + alongGradient * g
 * </pre>
 *
 * @param decay         L2 regularisation (weight decay)
 * @param momentum      how much of the velocity stays
 * @param gain          how much of the gradient enters the velocity
 * @param alongVelocity how far to go along the new velocity
 * @param alongGradient how far to go along the gradient
 */
public record MomentumStep(float decay, float momentum, float gain, float alongVelocity, float alongGradient) {

    private static final int CHUNK = 4096;

    /** Plain momentum: {@code v = momentum v + g; p -= rate v}. */
    public static MomentumStep heavyBall(float rate, float momentum, float decay) {
        return new MomentumStep(decay, momentum, 1, -rate, 0);
    }

    /** Nesterov's momentum: {@code v = momentum v + g; p -= rate (g + momentum v)}. */
    public static MomentumStep nesterov(float rate, float momentum, float decay) {
        return new MomentumStep(decay, momentum, 1, -rate * momentum, -rate);
    }

    /** Nesterov's momentum, the rate within the velocity: {@code v = momentum v - rate g; p += momentum v - rate g}. */
    public static MomentumStep nesterovScaled(float rate, float momentum, float decay) {
        return new MomentumStep(decay, momentum, -rate, momentum, -rate);
    }

    /**
     * Does the step on {@code count} parameters from index {@code from}, the same range in all three buffers.
     *
     * @throws IndexOutOfBoundsException if a buffer is too short
     */
    public void apply(FloatBuffer parameters, FloatBuffer gradient, FloatBuffer velocity, int from, int count,
                      Workers workers) {
        Kernels kernels = Kernels.preferred();
        workers.parallelFor(Rounding.ceilDiv(count, CHUNK), chunk -> {
            int at = from + chunk * CHUNK;
            int n = Math.min(CHUNK, from + count - at);
            Scratch scratch = Scratch.ofThread();
            float[] p = scratch.floats(Scratch.Slot.OUTPUT, CHUNK);
            float[] g = scratch.floats(Scratch.Slot.GRADIENT, CHUNK);
            float[] v = scratch.floats(Scratch.Slot.INPUT, CHUNK);
            parameters.get(at, p, 0, n);
            gradient.get(at, g, 0, n);
            velocity.get(at, v, 0, n);
            kernels.step(p, g, v, n, this);
            parameters.put(at, p, 0, n);
            velocity.put(at, v, 0, n);
        });
    }
}
