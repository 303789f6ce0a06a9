package io.github.shufflenet4j.kernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inner loops, on heap arrays; an offset follows its array. Two providers give the same answers but for rounding.
 * All methods are thread-safe, and deterministic on one machine.
 *
 * <p>Loops over panels and planes work on whole vectors: where it says <em>rounded up</em>, up to {@link #lanes()}
 * minus one floats beyond the end are read and overwritten.
 *
 * <p>A panel is a matrix by rows whose row length {@code ld} may exceed its number of columns.
 *
 * <p>A plane of a stride-2 operation comes as four phase planes, {@code pitch} floats apart: even rows' even columns,
 * even rows' odd columns, odd rows' even columns, odd rows' odd columns, each of half the size rounded up. Planes that
 * are read at shifted places need a guard of zeros, a row and a float long, on the sides they are shifted to; within
 * a plane, a factor for each pixel (0 or 1) tells where the left or right neighbour exists.
 */
interface Kernels {

    /** The system property that forces a provider: {@code vector} or {@code scalar}. */
    String PROPERTY = "shufflenet.kernels";

    /** Rows of a tile of both products. */
    int TILE_ROWS = 6;

    /** Rows of the second operand in a tile of {@link #multiplyTransposed}. */
    int TILE_COLUMNS = 4;

    /** Number of floats to which lengths are rounded up; a power of two. */
    int lanes();

    /**
     * Matrix product {@code c = a b}.
     *
     * @param a panel {@code [m, k]}
     * @param b panel {@code [k, n]}
     * @param n number of columns, a multiple of {@link #lanes()}
     * @param c panel {@code [m, n]}, overwritten up to a multiple of {@value #TILE_ROWS} rows
     */
    void multiply(float[] a, int lda, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc);

    /**
     * Matrix product {@code c = a bᵀ}, by dot products of rows.
     *
     * @param a panel {@code [m, n]}, with memory for rows up to a multiple of {@value #TILE_ROWS}
     * @param b panel {@code [k, n]}, with memory for rows up to a multiple of {@value #TILE_COLUMNS}
     * @param n number of columns, a multiple of {@link #lanes()}
     * @param c panel {@code [m, k]}
     */
    void multiplyTransposed(float[] a, int m, float[] b, int k, int ld, int n, float[] c, int cAt, int ldc);

    /** {@code out = xᵀ} for a panel {@code [rows, columns]}. */
    void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut);

    /** Sum of {@code n} floats. */
    double sum(float[] x, int at, int n);

    /** Sum of the squared distances of {@code n} floats from {@code centre}. */
    double squares(float[] x, int at, int n, float centre);

    /** {@code out = norm(y)}. */
    void normalise(float[] y, int yAt, int n, ChannelNorm norm, float[] out, int outAt);

    /**
     * Adds the sums of {@code g} and of {@code g * (y - mean)} to {@code sums[at]} and {@code sums[at + 1]}, where
     * {@code g} is the gradient behind the activation: {@code d} where the activation let the value pass, else 0.
     */
    void gradientSums(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, double[] sums, int at);

    /** Replaces {@code d} by {@code scale * g + slope * (y - mean) + constant}, {@code g} as above. */
    void gradient(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, float slope, float constant);

    /** {@code a += b}. */
    void add(float[] a, int aAt, float[] b, int bAt, int n);

    /** One step of {@link MomentumStep}. */
    void step(float[] parameters, float[] gradient, float[] velocity, int n, MomentumStep step);

    /** {@code out[i] = x[2 i]} for {@code n} outputs, rounded up. */
    void everySecond(float[] x, int xAt, float[] out, int outAt, int n);

    /**
     * Takes a plane apart into its phases, rounded up.
     *
     * @param fill what stands where an odd size leaves a phase one pixel short
     */
    void split(float[] x, int xAt, int height, int width, float[] phases, int at, int pitch, float fill);

    /** The inverse of {@link #split}, rounded up. */
    void merge(float[] phases, int at, int pitch, int height, int width, float[] x, int xAt);

    /**
     * 3x3 convolution of a plane at stride 1, padding 1: {@code n} outputs, rounded up. With the weights in reverse
     * order, it is the gradient to the input.
     */
    void depthwise(float[] x, int xAt, int width, int n, Neighbours neighbours, float[] w, int wAt,
                   float[] out, int outAt);

    /**
     * Gradient to the weights of {@link #depthwise}, over images that are {@code pitch} floats apart.
     *
     * @param d gradient to the output, zero where {@code n} is rounded up
     * @param w receives nine sums
     */
    void depthwiseWeights(float[] x, int xAt, float[] d, int dAt, int pitch, int images, int width, int n,
                          Neighbours neighbours, float[] w, int wAt);

    /** 3x3 convolution of a plane's phases at stride 2, padding 1: {@code n} outputs of {@code width}, rounded up. */
    void depthwiseStride2(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
                          float[] w, int wAt, float[] out, int outAt);

    /** Gradient to the input of {@link #depthwiseStride2}: phases, each rounded up. */
    void depthwiseStride2Input(float[] d, int dAt, int width, int n, Neighbours neighbours, float[] w, int wAt,
                               float[] phases, int at, int pitch);

    /** Gradient to the weights of {@link #depthwiseStride2}; the phases of an image are {@code 4 * pitch} apart. */
    void depthwiseStride2Weights(float[] phases, int at, int pitch, float[] d, int dAt, int dPitch, int images,
                                 int width, int n, Neighbours neighbours, float[] w, int wAt);

    /** 3x3 maximum at stride 2, padding 1, of phases guarded and filled with minus infinity; rounded up. */
    void maxPool(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours, float[] out, int outAt);

    /**
     * Where {@link #maxPool} found its maximum, rounded up: the first of equals among the window's nine pixels, by
     * rows.
     */
    void maxPoolIndex(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
                      float[] index, int indexAt);

    /** Gradient to the input of {@link #maxPool}: phases, each rounded up. */
    void maxPoolInput(float[] d, int dAt, float[] index, int indexAt, int width, int n, Neighbours neighbours,
                      float[] phases, int at, int pitch);

    /** The provider for this virtual machine, chosen at the first call. */
    static Kernels preferred() {
        return Provider.preferred();
    }

    /** Chooses the provider. */
    final class Provider {

        private static Kernels chosen;

        private Provider() {
        }

        private static synchronized Kernels preferred() {
            if (chosen == null) {
                chosen = choose(System.getProperty(PROPERTY));
                Logger log = LoggerFactory.getLogger(Kernels.class);
                if (chosen instanceof VectorKernels) {
                    log.debug("Kernels in the Vector API, {} floats at a time", chosen.lanes());
                } else if (FusedMultiplyAdd.IS_FAST) {
                    log.info("Kernels in plain Java; --add-modules jdk.incubator.vector makes them several times as"
                        + " fast");
                } else {
                    log.info("Kernels in plain Java: the processor has no fused multiply-add");
                }
            }
            return chosen;
        }

        /** Whether the kernels in the Vector API can run, and run fast. */
        static boolean hasVectors() {
            return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && FusedMultiplyAdd.IS_FAST;
        }

        /**
         * @param name {@code vector}, {@code scalar}, or null for the faster one that works
         * @throws IllegalArgumentException if there is no such provider
         * @throws IllegalStateException    if the Vector API is asked for and its module is absent, or the processor
         *                                  has no fused multiply-add
         */
        static Kernels choose(String name) {
            if (name == null) {
                return hasVectors() ? new VectorKernels() : new ScalarKernels();
            }
            return switch (name) {
                case "scalar" -> new ScalarKernels();
                case "vector" -> {
                    if (!hasVectors()) {
                        throw new IllegalStateException(PROPERTY + "=vector needs "
                            + (FusedMultiplyAdd.IS_FAST ? "the option --add-modules jdk.incubator.vector"
                                : "a processor with fused multiply-add"));
                    }
                    yield new VectorKernels();
                }
                default -> throw new IllegalArgumentException(PROPERTY + " is neither vector nor scalar: " + name);
            };
        }
    }
}
