package io.github.shufflenet4j.kernel;

/**
 * A step of Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's
 * {@code AdamW}. With {@code g = share * gradient}:
 * <pre>
 * mean   = beta1 * mean + gain1 * g
 * square = beta2 * square + gain2 * g * g
 * step   = rate * mean / (scale * sqrt(square) + epsilon) + pull * parameter
 * </pre>
 *
 * @param share   factor of the gradient: 1 / batch size where it is a sum over the batch
 * @param beta1   factor of the mean of gradients
 * @param gain1   1 - beta1
 * @param beta2   factor of the mean of their squares
 * @param gain2   1 - beta2
 * @param rate    learning rate, divided by the mean's bias
 * @param scale   1 / the root of the bias of the mean of squares
 * @param epsilon added to the root
 * @param pull    learning rate times weight decay
 */
public record AdamStep(float share, float beta1, float gain1, float beta2, float gain2, float rate, float scale,
                       float epsilon, float pull) implements OptimizerStep {

    /**
     * The step of a number.
     *
     * @param number of steps of these parameters, with this one
     */
    public static AdamStep of(double rate, double beta1, double beta2, double epsilon, double pull, double share,
                              double number) {
        return new AdamStep((float) share, (float) beta1, (float) (1 - beta1), (float) beta2, (float) (1 - beta2),
                (float) (rate / bias(beta1, number)), (float) (1 / Math.sqrt(bias(beta2, number))), (float) epsilon,
                (float) pull);
    }

    /** What a mean that began at 0 is of the true one after a number of steps. */
    public static double bias(double beta, double number) {
        return 1 - Math.pow(beta, number);
    }

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
