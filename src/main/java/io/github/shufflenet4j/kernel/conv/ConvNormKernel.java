package io.github.shufflenet4j.kernel.conv;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.ChannelNorm;
import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.PlaneKernels;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * Convolution without bias, batch norm and activation of one layer, with the gradients through all three.
 *
 * <p>Activations are NCHW without gaps in buffers of native byte order, from index 0 on; positions are ignored and
 * left alone. Weights are {@code [outChannels, inChannels / groups, kernel, kernel]}. Outputs are overwritten, and must
 * not overlap inputs.
 *
 * <p>A forward pass for training keeps the convolution's output on the heap until the next one, or until
 * {@link #release()}: one object serves one layer of one network, and one thread at a time. Results do not depend on
 * the number of threads.
 *
 * <p>Instead of buffers, passes for training take {@link PlaneSource}s and {@link PlaneTarget}s, and need no target for
 * the output: {@link #output()} then normalises what was kept whenever it is read, which saves a pass over memory in
 * either direction.
 */
public abstract sealed class ConvNormKernel permits DenseConvNorm, DepthwiseConvNorm, GroupedConvNorm {

    final ConvShape shape;
    final Workers workers;
    final int lanes;
    final MatrixKernels matrices;
    final ElementwiseKernels elementwise;
    final PlaneKernels planes;
    private final Activation activation;
    private final float epsilon;

    /** The convolution's output, from the forward pass to the backward pass. */
    float[] kept = new float[0];
    /** Batch norm and activation of the last forward pass, by output channel. */
    final ChannelNorm[] norms;
    /** Images in the last forward pass for training; 0 when nothing is kept. */
    private int keptBatch;
    private boolean batchStatistics;

    ConvNormKernel(ConvShape shape, Activation activation, float epsilon, Workers workers, KernelProvider kernels) {
        this.shape = shape;
        this.activation = activation;
        this.epsilon = epsilon;
        this.workers = workers;
        this.lanes = kernels.lanes();
        this.matrices = kernels.matrices();
        this.elementwise = kernels.elementwise();
        this.planes = kernels.planes();
        this.norms = new ChannelNorm[shape.outChannels()];
    }

    /** Whether there are kernels for this convolution: any at stride 1 or 2. */
    public static boolean supports(ConvShape shape) {
        return shape.stride() <= 2;
    }

    /**
     * Makes the kernel of one layer.
     *
     * @param epsilon added to the variance
     * @throws IllegalArgumentException if the shape is not {@linkplain #supports supported}, or epsilon is not
     *                                  positive
     */
    public static ConvNormKernel of(ConvShape shape, Activation activation, float epsilon, Workers workers) {
        return of(shape, activation, epsilon, workers, KernelProviders.get());
    }

    static ConvNormKernel of(ConvShape shape, Activation activation, float epsilon, Workers workers,
                             KernelProvider kernels) {
        Checks.positive("epsilon", epsilon);
        Validate.isTrue(supports(shape), "no kernel for this convolution: %s", shape);
        if (shape.groups() == 1) {
            return new DenseConvNorm(shape, activation, epsilon, workers, kernels);
        }
        if (shape.isDepthwise()) {
            return new DepthwiseConvNorm(shape, activation, epsilon, workers, kernels);
        }
        return new GroupedConvNorm(shape, activation, epsilon, workers, kernels);
    }

    /**
     * Forward pass with the batch's own statistics.
     *
     * @param batch         number of images
     * @param x             input
     * @param w             weights
     * @param gamma         scale by output channel
     * @param beta          shift by output channel
     * @param out           receives the output
     * @param batchMean     receives the mean by output channel
     * @param batchVariance receives the biased variance by output channel
     * @throws IllegalArgumentException if an argument is too short, or a buffer of foreign byte order
     */
    public final void forwardTraining(int batch, FloatBuffer x, float[] w, float[] gamma, float[] beta,
                                      FloatBuffer out, float[] batchMean, float[] batchVariance) {
        forwardTraining(batch, input(batch, x), w, gamma, beta, output(batch, out), batchMean, batchVariance);
    }

    /** The same from and to planes; {@code out} may be null. */
    public final void forwardTraining(int batch, PlaneSource x, float[] w, float[] gamma, float[] beta,
                                      PlaneTarget out, float[] batchMean, float[] batchVariance) {
        checkForward(batch, w, gamma, beta, batchMean, batchVariance);
        keep(batch, true);
        convolve(batch, x, w, out, kept, (channel, mean, variance) -> {
            batchMean[channel] = (float) mean;
            batchVariance[channel] = (float) variance;
            norms[channel] = ChannelNorm.of(mean, variance, epsilon, gamma[channel], beta[channel], activation);
        });
    }

    /**
     * Forward pass with given statistics that a backward pass may follow: training with a frozen batch norm.
     *
     * @see #forwardInference
     */
    public final void forwardFixedStatistics(int batch, FloatBuffer x, float[] w, float[] gamma, float[] beta,
                                             float[] mean, float[] variance, FloatBuffer out) {
        forwardFixedStatistics(batch, input(batch, x), w, gamma, beta, mean, variance, output(batch, out));
    }

    /** The same from and to planes; {@code out} may be null. */
    public final void forwardFixedStatistics(int batch, PlaneSource x, float[] w, float[] gamma, float[] beta,
                                             float[] mean, float[] variance, PlaneTarget out) {
        checkForward(batch, w, gamma, beta, mean, variance);
        keep(batch, false);
        fix(gamma, beta, mean, variance);
        convolve(batch, x, w, out, kept, null);
    }

    /**
     * Forward pass with given statistics that keeps nothing, and discards the output of an earlier pass.
     *
     * @param batch    number of images
     * @param x        input
     * @param w        weights
     * @param gamma    scale by output channel
     * @param beta     shift by output channel
     * @param mean     mean by output channel
     * @param variance variance by output channel
     * @param out      receives the output
     * @throws IllegalArgumentException if an argument is too short, or a buffer of foreign byte order
     */
    public final void forwardInference(int batch, FloatBuffer x, float[] w, float[] gamma, float[] beta,
                                       float[] mean, float[] variance, FloatBuffer out) {
        forwardInference(batch, input(batch, x), w, gamma, beta, mean, variance, output(batch, out));
    }

    /** The same from and to planes. */
    public final void forwardInference(int batch, PlaneSource x, float[] w, float[] gamma, float[] beta,
                                       float[] mean, float[] variance, PlaneTarget out) {
        checkForward(batch, w, gamma, beta, mean, variance);
        keptBatch = 0;
        fix(gamma, beta, mean, variance);
        convolve(batch, x, w, out, null, null);
    }

    /**
     * The output of the last forward pass for training, until the next one.
     *
     * @throws IllegalStateException if there was no such pass
     */
    public final PlaneSource output() {
        requireKept("output");
        return keptOutput(keptBatch);
    }

    /**
     * Backward pass of the last forward pass for training, through its batch statistics if it took them.
     *
     * @param x      input of that pass
     * @param dOut   gradient to its output
     * @param w      weights of that pass
     * @param dX     receives the gradient to the input; null if it is not needed
     * @param dW     receives the gradient to the weights
     * @param dGamma receives the gradient to the scale
     * @param dBeta  receives the gradient to the shift
     * @throws IllegalStateException    if there was no such pass
     * @throws IllegalArgumentException if an argument is too short, or a buffer of foreign byte order
     */
    public final void backward(FloatBuffer x, FloatBuffer dOut, float[] w, FloatBuffer dX, float[] dW,
                               float[] dGamma, float[] dBeta) {
        requireKept("backward pass");
        backward(input(keptBatch, x), output(keptBatch, dOut), w, dX == null ? null : input(keptBatch, dX), dW, dGamma,
                dBeta);
    }

    /** The same from and to planes. */
    public final void backward(PlaneSource x, PlaneSource dOut, float[] w, PlaneTarget dX, float[] dW,
                               float[] dGamma, float[] dBeta) {
        requireKept("backward pass");
        check("weights", w, shape.weights());
        check("gradient to the weights", dW, shape.weights());
        check("gradient to the scale", dGamma, shape.outChannels());
        check("gradient to the shift", dBeta, shape.outChannels());
        propagate(keptBatch, x, dOut, w, dX, dW, dGamma, dBeta);
    }

    private void requireKept(String what) {
        Validate.validState(keptBatch != 0, "%s without a forward pass for training: %s", what, shape);
    }

    /** Frees the memory of the last forward pass. */
    public void release() {
        kept = new float[0];
        keptBatch = 0;
    }

    /** Receives the statistics of a channel between convolution and normalisation. */
    @FunctionalInterface
    interface Statistics {
        void accept(int channel, double mean, double variance);
    }

    /** Number of floats that {@link #convolve} keeps. */
    abstract int keptSize(int batch);

    /**
     * Convolution, statistics, normalisation and activation.
     *
     * @param out        receives the output, if not null
     * @param y          receives the convolution's output, if not null
     * @param statistics receives each channel's statistics before {@link #norms} is used, if not null
     */
    abstract void convolve(int batch, PlaneSource x, float[] w, PlaneTarget out, float[] y, Statistics statistics);

    /** The output of a forward pass that kept the convolution's. */
    abstract PlaneSource keptOutput(int batch);

    abstract void propagate(int batch, PlaneSource x, PlaneSource dOut, float[] w, PlaneTarget dX, float[] dW,
                            float[] dGamma, float[] dBeta);

    /** The gradient through batch norm of one channel, from the {@linkplain NormGradient#of sums}. */
    final NormGradient normGradient(int channel, double[] sums, int at, long count, float[] dGamma, float[] dBeta) {
        NormGradient gradient = NormGradient.of(norms[channel], sums, at, count, batchStatistics);
        dGamma[channel] = gradient.gamma();
        dBeta[channel] = gradient.beta();
        return gradient;
    }

    /** Allocates the output that a pass of {@code batch} images keeps. */
    final float[] keep(int batch, boolean ownStatistics) {
        int size = keptSize(batch);
        if (kept.length < size) {
            kept = new float[size];
        }
        keptBatch = batch;
        batchStatistics = ownStatistics;
        return kept;
    }

    private void fix(float[] gamma, float[] beta, float[] mean, float[] variance) {
        Arrays.setAll(norms, channel -> ChannelNorm.of(mean[channel], variance[channel], epsilon, gamma[channel],
            beta[channel], activation));
    }

    /**
     * The input, or the gradient to it, of so many images in a buffer.
     *
     * @throws IllegalArgumentException if it is too short, or of foreign byte order
     */
    public final BufferPlanes input(int batch, FloatBuffer buffer) {
        check("input", buffer, (long) Checks.atLeast("batch", batch, 1) * shape.inChannels() * shape.inPlane());
        return new BufferPlanes(buffer, shape.inChannels(), shape.inPlane());
    }

    /** The output, or the gradient to it, as {@link #input}. */
    public final BufferPlanes output(int batch, FloatBuffer buffer) {
        check("output", buffer, (long) Checks.atLeast("batch", batch, 1) * shape.outChannels() * shape.outPlane());
        return new BufferPlanes(buffer, shape.outChannels(), shape.outPlane());
    }

    private void checkForward(int batch, float[] w, float[] gamma, float[] beta, float[] mean, float[] variance) {
        Checks.atLeast("batch", batch, 1);
        check("weights", w, shape.weights());
        check("scale", gamma, shape.outChannels());
        check("shift", beta, shape.outChannels());
        check("mean", mean, shape.outChannels());
        check("variance", variance, shape.outChannels());
    }

    private static void check(String name, float[] array, int size) {
        Validate.isTrue(array.length >= size, "%s needs %s floats: %s", name, size, array.length);
    }

    static void check(String name, FloatBuffer buffer, long size) {
        Validate.isTrue(buffer.limit() >= size, "%s needs %s floats: %s", name, size, buffer.limit());
        Validate.isTrue(buffer.order() == ByteOrder.nativeOrder(), "%s must be of native byte order: %s", name,
                buffer.order());
    }
}
