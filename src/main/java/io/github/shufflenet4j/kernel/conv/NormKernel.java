package io.github.shufflenet4j.kernel.conv;

import java.nio.FloatBuffer;
import java.util.Arrays;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.ChannelNorm;
import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * Batch norm and activation without a convolution in front, with the gradients through both. Buffers are as in
 * {@link ConvNormKernel}. From a forward pass to the backward pass behind it, the kernel keeps the statistics only.
 */
public final class NormKernel {

    private final int channels;
    private final Activation activation;
    private final float epsilon;
    private final Workers workers;
    private final int lanes;
    private final ElementwiseKernels kernels;
    private final ChannelNorm[] norms;
    private boolean batchStatistics;

    /**
     * @param epsilon added to the variance
     * @throws IllegalArgumentException if a number is not positive
     */
    public NormKernel(int channels, Activation activation, float epsilon, Workers workers) {
        this(channels, activation, epsilon, workers, KernelProviders.get());
    }

    NormKernel(int channels, Activation activation, float epsilon, Workers workers, KernelProvider kernels) {
        this.channels = Checks.atLeast("channels", channels, 1);
        this.activation = activation;
        this.epsilon = epsilon;
        Checks.positive("epsilon", epsilon);
        this.workers = workers;
        this.lanes = kernels.lanes();
        this.kernels = kernels.elementwise();
        this.norms = new ChannelNorm[channels];
    }

    /**
     * Forward pass with the batch's own statistics.
     *
     * @param batch         number of images
     * @param plane         pixels of a plane
     * @param x             input
     * @param gamma         scale by channel
     * @param beta          shift by channel
     * @param out           receives the output
     * @param batchMean     receives the mean by channel
     * @param batchVariance receives the biased variance by channel
     * @throws IllegalArgumentException if an argument is too short, or a buffer of foreign byte order
     */
    public void forwardTraining(int batch, int plane, FloatBuffer x, float[] gamma, float[] beta, FloatBuffer out,
                                float[] batchMean, float[] batchVariance) {
        check(batch, plane, x, out, gamma, beta, batchMean, batchVariance);
        batchStatistics = true;
        int size = batch * plane;
        workers.parallelFor(channels, channel -> {
            float[] values = load(batch, plane, channel, x, Slot.INPUT);
            double mean = kernels.sum(values, 0, size) / size;
            double variance = kernels.squares(values, 0, size, (float) mean) / size;
            batchMean[channel] = (float) mean;
            batchVariance[channel] = (float) variance;
            norms[channel] = ChannelNorm.of(mean, variance, epsilon, gamma[channel], beta[channel], activation);
            normalise(batch, plane, channel, values, out);
        });
    }

    /** Forward pass with given statistics. */
    public void forward(int batch, int plane, FloatBuffer x, float[] gamma, float[] beta, float[] mean,
                        float[] variance, FloatBuffer out) {
        check(batch, plane, x, out, gamma, beta, mean, variance);
        batchStatistics = false;
        Arrays.setAll(norms, channel -> ChannelNorm.of(mean[channel], variance[channel], epsilon, gamma[channel],
                beta[channel], activation));
        workers.parallelFor(channels, channel ->
                normalise(batch, plane, channel, load(batch, plane, channel, x, Slot.INPUT), out));
    }

    /**
     * Backward pass of the last forward pass, through its batch statistics if it took them.
     *
     * @param batch  number of images
     * @param plane  pixels of a plane
     * @param x      input of that pass
     * @param dOut   gradient to its output
     * @param dX     receives the gradient to the input
     * @param dGamma receives the gradient to the scale
     * @param dBeta  receives the gradient to the shift
     * @throws IllegalStateException    if there was no such pass
     * @throws IllegalArgumentException if an argument is too short, or a buffer of foreign byte order
     */
    public void backward(int batch, int plane, FloatBuffer x, FloatBuffer dOut, FloatBuffer dX, float[] dGamma,
                         float[] dBeta) {
        Validate.validState(norms[0] != null, "backward pass without a forward pass");
        check(batch, plane, x, dX, dGamma, dBeta);
        ConvNormKernel.check("gradient to the output", dOut, (long) batch * channels * plane);
        int size = batch * plane;
        workers.parallelFor(channels, channel -> {
            float[] values = load(batch, plane, channel, x, Slot.INPUT);
            float[] d = load(batch, plane, channel, dOut, Slot.GRADIENT);
            double[] sums = new double[2];
            kernels.gradientSums(d, 0, values, 0, size, norms[channel], sums, 0);
            NormGradient gradient = NormGradient.of(norms[channel], sums, 0, size, batchStatistics);
            dGamma[channel] = gradient.gamma();
            dBeta[channel] = gradient.beta();
            kernels.gradient(d, 0, values, 0, size, norms[channel], gradient.slope(), gradient.constant(), d, 0);
            store(batch, plane, channel, d, dX);
        });
    }

    private void normalise(int batch, int plane, int channel, float[] values, FloatBuffer out) {
        float[] normalised = Scratch.ofThread().floats(Slot.OUTPUT, batch * plane + lanes);
        kernels.normalise(values, 0, batch * plane, norms[channel], normalised, 0);
        store(batch, plane, channel, normalised, out);
    }

    /** A channel of all images, one behind the other. */
    private float[] load(int batch, int plane, int channel, FloatBuffer from, Slot slot) {
        float[] values = Scratch.ofThread().floats(slot, batch * plane + lanes);
        for (int image = 0; image < batch; image++) {
            from.get((image * channels + channel) * plane, values, image * plane, plane);
        }
        return values;
    }

    private void store(int batch, int plane, int channel, float[] values, FloatBuffer to) {
        for (int image = 0; image < batch; image++) {
            to.put((image * channels + channel) * plane, values, image * plane, plane);
        }
    }

    private void check(int batch, int plane, FloatBuffer in, FloatBuffer out, float[]... byChannel) {
        long size = (long) Checks.atLeast("batch", batch, 1) * channels * Checks.atLeast("plane", plane, 1);
        ConvNormKernel.check("input", in, size);
        ConvNormKernel.check("output", out, size);
        for (float[] each : byChannel) {
            Validate.isTrue(each.length >= channels, "an array by channel needs %s floats: %s", channels, each.length);
        }
    }
}
