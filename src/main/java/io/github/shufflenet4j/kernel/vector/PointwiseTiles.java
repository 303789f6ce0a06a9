package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;
import static jdk.incubator.vector.VectorOperators.LE;

import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.WeightPacking;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/**
 * Pointwise convolution by tiles of pixels and vectors of outputs. {@link PitchKernels} copies this class for each
 * pitch of the input's pixels.
 *
 * <p>Inputs are taken in blocks whose weights stay in the first-level cache; sums are carried from block to block in
 * the output.
 *
 * <p>Maxima are compared and blended: two instructions, where a maximum of floats takes six for the sake of NaN.
 */
final class PointwiseTiles implements PointwiseKernel {

    private static final int PITCH = PitchKernels.pitch(MethodHandles.lookup());

    /**
     * Panels of three vectors, with which seven pixels take 25 of 32 registers, and four all of 16; or of two where
     * tiles of six pixels by two vectors take three quarters of the instructions for each multiplication.
     */
    static final WeightPacking PACKING = new WeightPacking(L, Species.SIX_BY_TWO ? 2 : 3);
    /** Pixels of the largest tile. */
    static final int MAX_PIXELS = Species.HAS_32_REGISTERS ? 7 : 6;
    private static final int FEW_PIXELS = 4;

    /** Weights of a block: less than a first-level cache, which has 32 KB or more. */
    private static final int BLOCK_BYTES = 30 << 10;

    /** Pixels of the tiles that are fastest for rows of {@code width}. */
    private static int pixels(int width, int vectors, int maxPixels) {
        int most = Math.min(maxPixels, width);
        if (Species.HAS_32_REGISTERS && most >= 7) {
            return 7;
        }
        // Of seven and eight pixels, two tiles of four leave less over.
        if (Species.SIX_BY_TWO && vectors == 2 && most >= 6 && (width > 8 || width == 6)) {
            return 6;
        }
        return most >= FEW_PIXELS ? FEW_PIXELS : 1;
    }

    @Override
    public void run(int maxPixels, float[] in, int inAt, int inRowPitch, int pitch, int rows, int width,
                    PointwiseWeights weights, int from, int to, float[] out, int outAt, int outRowPitch, int outPitch) {
        for (int panel = from; panel < to; panel++) {
            int first = weights.firstOutput(panel);
            int vectors = (weights.firstOutput(panel + 1) - first) / L;
            int pixels = pixels(width, vectors, maxPixels);
            int inputs = weights.inputs();
            int blocks = Rounding.ceilDiv(inputs * vectors * L * Float.BYTES, BLOCK_BYTES);
            for (int block = 0; block < blocks; block++) {
                int input = inputs * block / blocks;
                int end = inputs * (block + 1) / blocks;
                for (int row = 0; row < rows; row++) {
                    for (int x = 0; x + pixels <= width; x += pixels) {
                        tile(pixels, vectors, in, inAt + row * inRowPitch + x * PITCH, pitch, weights, panel, input,
                            end, out, outAt + row * outRowPitch + x * outPitch + first, outPitch);
                    }
                }
            }
            int rest = width % pixels;
            if (rest > 0) {
                // The last tile overlaps the one before rather than leave a rest, and so takes all inputs at once.
                int last = rest <= FEW_PIXELS ? FEW_PIXELS : pixels;
                int x = width - last;
                for (int row = 0; row < rows; row++) {
                    tile(last, vectors, in, inAt + row * inRowPitch + x * PITCH, pitch, weights, panel, 0, inputs,
                        out, outAt + row * outRowPitch + x * outPitch + first, outPitch);
                }
            }
        }
    }

    /** Adds inputs {@code from} to {@code to} to what the inputs before them have left in the output. */
    private static void tile(int pixels, int vectors, float[] in, int inAt, int pitch, PointwiseWeights weights,
                             int panel, int from, int to, float[] out, int outAt, int outPitch) {
        float[] w = weights.data();
        int bias = weights.panelAt(panel);
        int wAt = bias + (1 + from) * vectors * L;
        int in0 = inAt + from;
        int k = to - from;
        float[] init = from == 0 ? w : out;
        int initAt = from == 0 ? bias : outAt;
        int initPitch = from == 0 ? 0 : outPitch;
        float minimum = to == weights.inputs() ? weights.minimum() : Float.NEGATIVE_INFINITY;
        switch (4 * pixels + vectors) {
            case 4 * 7 + 3 ->
                tile7x3(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 7 + 2 ->
                tile7x2(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 7 + 1 ->
                tile7x1(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 6 + 2 ->
                tile6x2(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 4 + 3 ->
                tile4x3(in, in0, k, pitch, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 4 + 2 ->
                tile4x2(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 4 + 1 ->
                tile4x1(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 1 + 3 ->
                tile1x3(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 1 + 2 ->
                tile1x2(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            case 4 * 1 + 1 ->
                tile1x1(in, in0, k, w, wAt, init, initAt, initPitch, minimum, out, outAt, outPitch);
            default -> throw new IllegalArgumentException(pixels + " pixels by " + vectors + " vectors");
        }
    }

    // Tiles: written by TileSource.

    private static void tile7x3(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c02 = FloatVector.fromArray(S, init, initAt + 2 * L);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c11 = FloatVector.fromArray(S, init, initAt + initPitch + L);
        FloatVector c12 = FloatVector.fromArray(S, init, initAt + initPitch + 2 * L);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c21 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + L);
        FloatVector c22 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + 2 * L);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        FloatVector c31 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + L);
        FloatVector c32 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + 2 * L);
        FloatVector c40 = FloatVector.fromArray(S, init, initAt + 4 * initPitch);
        FloatVector c41 = FloatVector.fromArray(S, init, initAt + 4 * initPitch + L);
        FloatVector c42 = FloatVector.fromArray(S, init, initAt + 4 * initPitch + 2 * L);
        FloatVector c50 = FloatVector.fromArray(S, init, initAt + 5 * initPitch);
        FloatVector c51 = FloatVector.fromArray(S, init, initAt + 5 * initPitch + L);
        FloatVector c52 = FloatVector.fromArray(S, init, initAt + 5 * initPitch + 2 * L);
        FloatVector c60 = FloatVector.fromArray(S, init, initAt + 6 * initPitch);
        FloatVector c61 = FloatVector.fromArray(S, init, initAt + 6 * initPitch + L);
        FloatVector c62 = FloatVector.fromArray(S, init, initAt + 6 * initPitch + 2 * L);
        int end = wAt + k * 3 * L;
        for (; wAt < end; wAt += 3 * L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + 2 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[in0 + PITCH]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            c32 = w2.fma(x, c32);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            c42 = w2.fma(x, c42);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            c52 = w2.fma(x, c52);
            x = FloatVector.broadcast(S, in[in0 + 6 * PITCH]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
            c62 = w2.fma(x, c62);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
        c02.blend(m, c02.compare(LE, m)).intoArray(out, outAt + 2 * L);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c11.blend(m, c11.compare(LE, m)).intoArray(out, outAt + outPitch + L);
        c12.blend(m, c12.compare(LE, m)).intoArray(out, outAt + outPitch + 2 * L);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c21.blend(m, c21.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + L);
        c22.blend(m, c22.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + 2 * L);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
        c31.blend(m, c31.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + L);
        c32.blend(m, c32.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + 2 * L);
        c40.blend(m, c40.compare(LE, m)).intoArray(out, outAt + 4 * outPitch);
        c41.blend(m, c41.compare(LE, m)).intoArray(out, outAt + 4 * outPitch + L);
        c42.blend(m, c42.compare(LE, m)).intoArray(out, outAt + 4 * outPitch + 2 * L);
        c50.blend(m, c50.compare(LE, m)).intoArray(out, outAt + 5 * outPitch);
        c51.blend(m, c51.compare(LE, m)).intoArray(out, outAt + 5 * outPitch + L);
        c52.blend(m, c52.compare(LE, m)).intoArray(out, outAt + 5 * outPitch + 2 * L);
        c60.blend(m, c60.compare(LE, m)).intoArray(out, outAt + 6 * outPitch);
        c61.blend(m, c61.compare(LE, m)).intoArray(out, outAt + 6 * outPitch + L);
        c62.blend(m, c62.compare(LE, m)).intoArray(out, outAt + 6 * outPitch + 2 * L);
    }

    private static void tile7x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c11 = FloatVector.fromArray(S, init, initAt + initPitch + L);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c21 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + L);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        FloatVector c31 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + L);
        FloatVector c40 = FloatVector.fromArray(S, init, initAt + 4 * initPitch);
        FloatVector c41 = FloatVector.fromArray(S, init, initAt + 4 * initPitch + L);
        FloatVector c50 = FloatVector.fromArray(S, init, initAt + 5 * initPitch);
        FloatVector c51 = FloatVector.fromArray(S, init, initAt + 5 * initPitch + L);
        FloatVector c60 = FloatVector.fromArray(S, init, initAt + 6 * initPitch);
        FloatVector c61 = FloatVector.fromArray(S, init, initAt + 6 * initPitch + L);
        int end = wAt + k * 2 * L;
        for (; wAt < end; wAt += 2 * L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in0 + PITCH]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[in0 + 6 * PITCH]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c11.blend(m, c11.compare(LE, m)).intoArray(out, outAt + outPitch + L);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c21.blend(m, c21.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + L);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
        c31.blend(m, c31.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + L);
        c40.blend(m, c40.compare(LE, m)).intoArray(out, outAt + 4 * outPitch);
        c41.blend(m, c41.compare(LE, m)).intoArray(out, outAt + 4 * outPitch + L);
        c50.blend(m, c50.compare(LE, m)).intoArray(out, outAt + 5 * outPitch);
        c51.blend(m, c51.compare(LE, m)).intoArray(out, outAt + 5 * outPitch + L);
        c60.blend(m, c60.compare(LE, m)).intoArray(out, outAt + 6 * outPitch);
        c61.blend(m, c61.compare(LE, m)).intoArray(out, outAt + 6 * outPitch + L);
    }

    private static void tile7x1(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        FloatVector c40 = FloatVector.fromArray(S, init, initAt + 4 * initPitch);
        FloatVector c50 = FloatVector.fromArray(S, init, initAt + 5 * initPitch);
        FloatVector c60 = FloatVector.fromArray(S, init, initAt + 6 * initPitch);
        int end = wAt + k * L;
        for (; wAt < end; wAt += L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[in0 + PITCH]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH]);
            c20 = w0.fma(x, c20);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH]);
            c30 = w0.fma(x, c30);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH]);
            c40 = w0.fma(x, c40);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH]);
            c50 = w0.fma(x, c50);
            x = FloatVector.broadcast(S, in[in0 + 6 * PITCH]);
            c60 = w0.fma(x, c60);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
        c40.blend(m, c40.compare(LE, m)).intoArray(out, outAt + 4 * outPitch);
        c50.blend(m, c50.compare(LE, m)).intoArray(out, outAt + 5 * outPitch);
        c60.blend(m, c60.compare(LE, m)).intoArray(out, outAt + 6 * outPitch);
    }

    private static void tile6x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c11 = FloatVector.fromArray(S, init, initAt + initPitch + L);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c21 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + L);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        FloatVector c31 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + L);
        FloatVector c40 = FloatVector.fromArray(S, init, initAt + 4 * initPitch);
        FloatVector c41 = FloatVector.fromArray(S, init, initAt + 4 * initPitch + L);
        FloatVector c50 = FloatVector.fromArray(S, init, initAt + 5 * initPitch);
        FloatVector c51 = FloatVector.fromArray(S, init, initAt + 5 * initPitch + L);
        int end = wAt + k * 2 * L;
        for (; wAt < end; wAt += 2 * L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in0 + PITCH]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c11.blend(m, c11.compare(LE, m)).intoArray(out, outAt + outPitch + L);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c21.blend(m, c21.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + L);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
        c31.blend(m, c31.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + L);
        c40.blend(m, c40.compare(LE, m)).intoArray(out, outAt + 4 * outPitch);
        c41.blend(m, c41.compare(LE, m)).intoArray(out, outAt + 4 * outPitch + L);
        c50.blend(m, c50.compare(LE, m)).intoArray(out, outAt + 5 * outPitch);
        c51.blend(m, c51.compare(LE, m)).intoArray(out, outAt + 5 * outPitch + L);
    }

    private static void tile4x3(float[] in, int in0, int k, int step, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + step;
        int in2 = in1 + step;
        int in3 = in2 + step;
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c02 = FloatVector.fromArray(S, init, initAt + 2 * L);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c11 = FloatVector.fromArray(S, init, initAt + initPitch + L);
        FloatVector c12 = FloatVector.fromArray(S, init, initAt + initPitch + 2 * L);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c21 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + L);
        FloatVector c22 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + 2 * L);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        FloatVector c31 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + L);
        FloatVector c32 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + 2 * L);
        int end = wAt + k * 3 * L;
        for (int i = 0; wAt < end; wAt += 3 * L, i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + 2 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[in1 + i]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[in2 + i]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
            x = FloatVector.broadcast(S, in[in3 + i]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            c32 = w2.fma(x, c32);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
        c02.blend(m, c02.compare(LE, m)).intoArray(out, outAt + 2 * L);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c11.blend(m, c11.compare(LE, m)).intoArray(out, outAt + outPitch + L);
        c12.blend(m, c12.compare(LE, m)).intoArray(out, outAt + outPitch + 2 * L);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c21.blend(m, c21.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + L);
        c22.blend(m, c22.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + 2 * L);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
        c31.blend(m, c31.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + L);
        c32.blend(m, c32.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + 2 * L);
    }

    private static void tile4x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c11 = FloatVector.fromArray(S, init, initAt + initPitch + L);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c21 = FloatVector.fromArray(S, init, initAt + 2 * initPitch + L);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        FloatVector c31 = FloatVector.fromArray(S, init, initAt + 3 * initPitch + L);
        int end = wAt + k * 2 * L;
        for (; wAt < end; wAt += 2 * L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in0 + PITCH]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c11.blend(m, c11.compare(LE, m)).intoArray(out, outAt + outPitch + L);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c21.blend(m, c21.compare(LE, m)).intoArray(out, outAt + 2 * outPitch + L);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
        c31.blend(m, c31.compare(LE, m)).intoArray(out, outAt + 3 * outPitch + L);
    }

    private static void tile4x1(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c10 = FloatVector.fromArray(S, init, initAt + initPitch);
        FloatVector c20 = FloatVector.fromArray(S, init, initAt + 2 * initPitch);
        FloatVector c30 = FloatVector.fromArray(S, init, initAt + 3 * initPitch);
        int end = wAt + k * L;
        for (; wAt < end; wAt += L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[in0 + PITCH]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH]);
            c20 = w0.fma(x, c20);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH]);
            c30 = w0.fma(x, c30);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c10.blend(m, c10.compare(LE, m)).intoArray(out, outAt + outPitch);
        c20.blend(m, c20.compare(LE, m)).intoArray(out, outAt + 2 * outPitch);
        c30.blend(m, c30.compare(LE, m)).intoArray(out, outAt + 3 * outPitch);
    }

    private static void tile1x3(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c02 = FloatVector.fromArray(S, init, initAt + 2 * L);
        int end = wAt + k * 3 * L;
        for (; wAt < end; wAt += 3 * L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + 2 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
        c02.blend(m, c02.compare(LE, m)).intoArray(out, outAt + 2 * L);
    }

    private static void tile1x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        int end = wAt + k * 2 * L;
        for (; wAt < end; wAt += 2 * L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
        c01.blend(m, c01.compare(LE, m)).intoArray(out, outAt + L);
    }

    private static void tile1x1(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, float minimum,
                                float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        int end = wAt + k * L;
        for (; wAt < end; wAt += L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
        }
        FloatVector m = FloatVector.broadcast(S, minimum);
        c00.blend(m, c00.compare(LE, m)).intoArray(out, outAt);
    }
}
