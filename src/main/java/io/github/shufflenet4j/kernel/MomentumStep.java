package io.github.shufflenet4j.kernel;

import java.nio.FloatBuffer;

/**
 * A step of stochastic gradient descent with momentum, in one pass over the parameters. With
 * {@code g = share * gradient + decay * parameter}:
 * <pre>
 * velocity = momentum * velocity + gain * g
 * gradient = alongVelocity * velocity + alongGradient * g
 * </pre>
 * What is left in the gradient's place is the step, to be subtracted from the parameters.
 *
 * @param share         share of the gradient that counts: 1 / batch size where it is a sum over the batch
 * @param decay         L2 regularisation (weight decay)
 * @param momentum      how much of the velocity stays
 * @param gain          how much of the gradient enters the velocity
 * @param alongVelocity how far to go along the new velocity
 * @param alongGradient how far to go along the gradient
 */
public record MomentumStep(float share, float decay, float momentum, float gain, float alongVelocity,
                           float alongGradient) {

    private static final int CHUNK = 4096;

    /** Plain momentum, as PyTorch's: {@code v = momentum v + g}, step {@code rate v}. */
    public static MomentumStep heavyBall(float rate, float momentum, float decay, float share) {
        return new MomentumStep(share, decay, momentum, 1, rate, 0);
    }

    /** Nesterov's momentum, as ND4J's: {@code v = momentum v - rate g}, step {@code rate g - momentum v}. */
    public static MomentumStep nesterov(float rate, float momentum, float decay, float share) {
        return new MomentumStep(share, decay, momentum, -rate, -momentum, rate);
    }

    /**
     * Turns the gradient of {@code count} parameters from index {@code from} into their step; the same range in all
     * three buffers but the velocity, which has its own.
     *
     * @throws IndexOutOfBoundsException if a buffer is too short
     */
    public void apply(FloatBuffer parameters, FloatBuffer gradient, int from, FloatBuffer velocity, int velocityFrom,
                      int count, Workers workers) {
        Kernels kernels = Kernels.preferred();
        workers.parallelFor(Rounding.ceilDiv(count, CHUNK), chunk -> {
            int at = chunk * CHUNK;
            int n = Math.min(CHUNK, count - at);
            Scratch scratch = Scratch.ofThread();
            float[] p = scratch.floats(Scratch.Slot.OUTPUT, CHUNK);
            float[] g = scratch.floats(Scratch.Slot.GRADIENT, CHUNK);
            float[] v = scratch.floats(Scratch.Slot.INPUT, CHUNK);
            parameters.get(from + at, p, 0, n);
            gradient.get(from + at, g, 0, n);
            velocity.get(velocityFrom + at, v, 0, n);
            kernels.step(p, g, v, n, this);
            gradient.put(from + at, g, 0, n);
            velocity.put(velocityFrom + at, v, 0, n);
        });
    }
}
