package io.github.shufflenet4j.kernel;

/**
 * A step of stochastic gradient descent with momentum. With {@code g = share * gradient + decay * parameter}:
 * <pre>
 * velocity = momentum * velocity + gain * g
 * step     = alongVelocity * velocity + alongGradient * g
 * </pre>
 *
 * @param share         factor of the gradient: 1 / batch size where it is a sum over the batch
 * @param decay         L2 regularisation (weight decay)
 * @param momentum      factor of the velocity
 * @param gain          factor of the gradient in the velocity
 * @param alongVelocity factor of the new velocity in the step
 * @param alongGradient factor of the gradient in the step
 */
public record MomentumStep(float share, float decay, float momentum, float gain, float alongVelocity,
                           float alongGradient) implements OptimizerStep {

    /** Plain momentum, as PyTorch's: {@code v = momentum v + g}, step {@code rate v}. */
    public static MomentumStep heavyBall(float rate, float momentum, float decay, float share) {
        return new MomentumStep(share, decay, momentum, 1, rate, 0);
    }

    /** Nesterov's momentum, as ND4J's: {@code v = momentum v - rate g}, step {@code rate g - momentum v}. */
    public static MomentumStep nesterov(float rate, float momentum, float decay, float share) {
        return new MomentumStep(share, decay, momentum, -rate, -momentum, rate);
    }

    @Override
    public boolean hasSecondState() {
        return false;
    }

    @Override
    public void compute(float[] parameters, float[] gradient, float[] first, float[] second, int n,
                        ElementwiseKernels kernels) {
        kernels.step(parameters, gradient, first, 0, n, this);
    }
}
