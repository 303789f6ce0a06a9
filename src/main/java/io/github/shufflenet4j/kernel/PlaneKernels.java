package io.github.shufflenet4j.kernel;

/**
 * Depthwise convolution and max pooling of planes on heap arrays; an offset follows its array.
 *
 * <p>Loops work on whole vectors: where it says <em>rounded up</em>, up to {@link KernelProvider#lanes} minus one
 * floats beyond the end are read and overwritten.
 *
 * <p>A plane of a stride-2 operation comes as four phase planes, {@code pitch} floats apart: even rows' even columns,
 * even rows' odd columns, odd rows' even columns, odd rows' odd columns, each of half the size rounded up. Planes that
 * are read at shifted places are padded with zeros, a row and a float long, on the sides they are shifted to; within a
 * plane, {@link EdgeMasks} tell where the left or right neighbour exists.
 */
public interface PlaneKernels {

    /** {@code out[i] = x[2 i]} for {@code n} outputs, rounded up. */
    void everySecond(float[] x, int xAt, float[] out, int outAt, int n);

    /**
     * Takes a plane apart into its phases, rounded up.
     *
     * @param fill stands where an odd size leaves a phase one pixel short
     */
    void split(float[] x, int xAt, int height, int width, float[] phases, int at, int pitch, float fill);

    /** The inverse of {@link #split}, rounded up. */
    void merge(float[] phases, int at, int pitch, int height, int width, float[] x, int xAt);

    /**
     * 3x3 convolution of a plane at stride 1, padding 1: {@code n} outputs, rounded up. With the weights in reverse
     * order, it is the gradient to the input.
     */
    void depthwise(float[] x, int xAt, int width, int n, EdgeMasks masks, float[] w, int wAt, float[] out, int outAt);

    /**
     * Gradient to the weights of {@link #depthwise}, over images that are {@code pitch} floats apart.
     *
     * @param d gradient to the output, zero where {@code n} is rounded up
     * @param w receives nine sums
     */
    void depthwiseWeights(float[] x, int xAt, float[] d, int dAt, int pitch, int images, int width, int n,
                          EdgeMasks masks, float[] w, int wAt);

    /** 3x3 convolution of a plane's phases at stride 2, padding 1: {@code n} outputs of {@code width}, rounded up. */
    void depthwiseStride2(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                          float[] w, int wAt, float[] out, int outAt);

    /** Gradient to the input of {@link #depthwiseStride2}: phases, each rounded up. */
    void depthwiseStride2Input(float[] d, int dAt, int width, int n, EdgeMasks masks, float[] w, int wAt,
                               float[] phases, int at, int pitch);

    /** Gradient to the weights of {@link #depthwiseStride2}; the phases of an image are {@code 4 * pitch} apart. */
    void depthwiseStride2Weights(float[] phases, int at, int pitch, float[] d, int dAt, int dPitch, int images,
                                 int width, int n, EdgeMasks masks, float[] w, int wAt);

    /** 3x3 maximum at stride 2, padding 1, of phases padded and filled with minus infinity; rounded up. */
    void maxPool(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks, float[] out, int outAt);

    /**
     * Where {@link #maxPool} found its maximum, rounded up: the first of equals among the window's nine pixels, by
     * rows.
     */
    void maxPoolIndex(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                      float[] index, int indexAt);

    /** Gradient to the input of {@link #maxPool}: phases, each rounded up. */
    void maxPoolInput(float[] d, int dAt, float[] index, int indexAt, int width, int n, EdgeMasks masks,
                      float[] phases, int at, int pitch);
}
