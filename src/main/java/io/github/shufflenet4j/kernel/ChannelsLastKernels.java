package io.github.shufflenet4j.kernel;

/**
 * The inner loops of inference, on heap arrays with the channels of a pixel side by side, rounded up to whole vectors.
 * An offset follows its array; a <em>pitch</em> is the distance from pixel to pixel or from row to row, in floats.
 *
 * <p>All providers give the same results to the bit: every sum is made of fused multiply-adds in the order of the
 * inputs. Where the processor has none, there is only plain Java, which rounds the products as well. The kernels
 * allocate nothing; results for NaN are undefined.
 *
 * <p>Copies work on whole vectors: up to {@link #lanes()} minus one floats beyond the end are read and overwritten.
 */
public interface ChannelsLastKernels {

    /** How weights are packed for {@link #pointwise} and {@link #windows}. */
    WeightPacking packing();

    /** Number of floats in a vector; channels are rounded up to multiples of it. */
    default int lanes() {
        return packing().lanes();
    }

    /**
     * Matrix product over channels: {@code out = bias + weights in} for every pixel of an image, with ReLU if the
     * weights have it.
     *
     * @param in    pixels of {@code weights} inputs each
     * @param rows  rows of pixels
     * @param width pixels of a row
     * @param from  first panel to compute
     * @param to    end of the panels to compute
     * @param out   pixels of outputs, each panel at its place
     */
    void pointwise(float[] in, int inAt, int inRowPitch, int inPitch, int rows, int width, PointwiseWeights weights,
                   int from, int to, float[] out, int outAt, int outRowPitch, int outPitch);

    /**
     * One row of a full convolution at stride 2 of planes: {@code out = bias + weights window}, with ReLU if the
     * weights have it.
     *
     * @param taps    where the first output finds each of its inputs, in threes that lie side by side: a window's rows
     * @param width   pixels to compute, at least 4
     * @param weights inputs in the order of {@code taps}
     */
    void windows(float[] in, int[] taps, int width, PointwiseWeights weights, float[] out, int outAt, int outPitch);

    /**
     * One row of a 3x3 depthwise convolution.
     *
     * @param above  where the row of the window's upper taps begins, at the pixel of the first output's left tap
     * @param middle the row of the middle taps
     * @param below  the row of the lower taps
     * @param stride 1 or 2
     * @param from   first vector of channels to compute
     * @param to     end of the vectors to compute
     * @param width  pixels to compute
     */
    void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride, DepthwiseWeights weights,
                   int from, int to, int width, float[] out, int outAt, int outPitch);

    /**
     * One row of a 3x3 maximum at stride 2 of floats that are not negative; rows as in {@link #depthwise}.
     *
     * @param vectors vectors of channels
     */
    void maxPool(float[] in, int above, int middle, int below, int inPitch, int vectors, int width,
                 float[] out, int outAt, int outPitch);

    /**
     * Mean over pixels.
     *
     * @param pixels  number of pixels
     * @param vectors vectors of channels
     */
    void average(float[] in, int inAt, int inPitch, int pixels, int vectors, float[] out, int outAt);

    /** Copies {@code length} floats, rounded up, for every pixel. */
    void copy(float[] in, int inAt, int inPitch, int pixels, int length, float[] out, int outAt, int outPitch);
}
