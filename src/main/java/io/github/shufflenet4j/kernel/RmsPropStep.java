package io.github.shufflenet4j.kernel;

/**
 * A step of RMSprop (Tieleman and Hinton 2012) with momentum, as PyTorch's {@code RMSprop}: epsilon is added to the
 * root, and the means begin at 0. With {@code g = share * gradient + decay * parameter}:
 * <pre>
 * square   = alpha * square + gain * g * g
 * velocity = momentum * velocity + g / (sqrt(square) + epsilon)
 * step     = rate * velocity
 * </pre>
 *
 * @param share    factor of the gradient: 1 / batch size where it is a sum over the batch
 * @param decay    L2 regularisation (weight decay)
 * @param alpha    factor of the mean of squares
 * @param gain     1 - alpha
 * @param epsilon  added to the root
 * @param momentum factor of the velocity
 * @param rate     learning rate
 */
public record RmsPropStep(float share, float decay, float alpha, float gain, float epsilon, float momentum,
                          float rate) implements OptimizerStep {

    @Override
    public boolean hasSecondState() {
        return true;
    }

    @Override
    public void compute(float[] parameters, float[] gradient, float[] first, float[] second, int n,
                        ElementwiseKernels kernels) {
        kernels.step(parameters, gradient, first, second, 0, n, this);
    }
}
