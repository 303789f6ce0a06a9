package io.github.shufflenet4j.kernel;

import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.FloatBuffer;

/**
 * A step of stochastic gradient descent with momentum, in one pass over the parameters. With
 * {@code g = share * gradient + decay * parameter}:
 * <pre>
 * velocity = momentum * velocity + gain * g
 * gradient = alongVelocity * velocity + alongGradient * g
 * </pre>
 * The gradient is replaced by the step, to be subtracted from the parameters.
 *
 * @param share         factor of the gradient: 1 / batch size where it is a sum over the batch
 * @param decay         L2 regularisation (weight decay)
 * @param momentum      factor of the velocity
 * @param gain          factor of the gradient in the velocity
 * @param alongVelocity factor of the new velocity in the step
 * @param alongGradient factor of the gradient in the step
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
     * buffers but the velocity, which has its own.
     *
     * @throws IndexOutOfBoundsException if a buffer is too short
     */
    public void apply(FloatBuffer parameters, FloatBuffer gradient, int from, FloatBuffer velocity, int velocityFrom,
                      int count, ElementwiseKernels kernels, Workers workers) {
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
            kernels.step(p, g, v, 0, n, this);
            gradient.put(from + at, g, 0, n);
            velocity.put(velocityFrom + at, v, 0, n);
        });
    }
}
