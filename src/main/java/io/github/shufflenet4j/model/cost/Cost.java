package io.github.shufflenet4j.model.cost;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The cost of an operation, or of a network, for one image. Memory is counted in elements, as in the paper; in single
 * precision each of them has four bytes.
 *
 * <p>Memory access is the paper's (section 2, guideline 1): with a cache that holds what an operation needs, it reads
 * every weight and every input once and writes every output once. A 1x1 convolution with {@code g} groups between
 * {@code c1} and {@code c2} channels of {@code h w} pixels makes {@code hw (c1 + c2) + c1 c2 / g}.
 *
 * @param parameters         trained parameters
 * @param runningStatistics  running means and variances of batch norm
 * @param macs               multiply-adds
 * @param weightsRead        weights of convolutions and classifiers; without biases and batch norm, which is folded
 * @param activationsRead    elements of all inputs
 * @param activationsWritten elements of the output
 */
public record Cost(long parameters, long runningStatistics, long macs, long weightsRead, long activationsRead,
                   long activationsWritten) {

    public static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0);

    private static final int FLOPS_PER_MAC = 2;

    /**
     * A convolution of stride 1 whose output is as large as its input; batch norm and activation are part of its
     * stores.
     *
     * @param pixels  of a plane
     * @param inputs  channels in
     * @param outputs channels out
     * @param kernel  side of the window
     * @param groups  a divisor of both
     */
    public static Cost convolution(long pixels, long inputs, long outputs, int kernel, int groups) {
        long weights = outputs * (inputs / groups) * kernel * kernel;
        return new Cost(weights, 0, weights * pixels, weights, pixels * inputs, pixels * outputs);
    }

    /**
     * An element-wise operation, such as a sum or a ReLU by itself.
     *
     * @param operands how many arrays it reads
     * @param size     elements of each of them, and of the output
     */
    public static Cost elementWise(int operands, long size) {
        return new Cost(0, 0, 0, 0, operands * size, size);
    }

    /** Elements read and written: the paper's MAC. */
    @JsonProperty
    public long memoryAccess() {
        return weightsRead + activationsRead + activationsWritten;
    }

    /** Arithmetic intensity: floating-point operations, two to a multiply-add, for each byte in single precision. */
    @JsonProperty
    public double intensity() {
        return memoryAccess() == 0 ? 0 : (double) FLOPS_PER_MAC * macs / (Float.BYTES * memoryAccess());
    }

    /** The sum of two costs. */
    public Cost plus(Cost other) {
        return new Cost(parameters + other.parameters, runningStatistics + other.runningStatistics, macs + other.macs,
                weightsRead + other.weightsRead, activationsRead + other.activationsRead,
                activationsWritten + other.activationsWritten);
    }

    /**
     * Guideline 1 (equation 2): the memory access that no 1x1 convolution with that many multiply-adds stays below,
     * {@code 2 sqrt(hw B) + B / hw}; one with as many channels out as in reaches it.
     *
     * @param pixels {@code h w}
     * @param macs   {@code B}, its multiply-adds
     */
    public static double minimumMemoryAccess(long pixels, long macs) {
        return 2 * Math.sqrt((double) pixels * macs) + (double) macs / pixels;
    }
}
