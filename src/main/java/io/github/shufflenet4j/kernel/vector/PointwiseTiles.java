package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.WeightPacking;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Pointwise convolution by tiles of pixels and vectors of outputs. {@link PitchKernels} copies this class for each
 * pitch of the input's pixels.
 *
 * <p>Inputs are taken in blocks whose weights stay in the first-level cache; sums are carried from block to block in
 * the output.
 *
 * <p>ReLU is a maximum of integers, as negative floats are negative integers: one instruction, where JDK 17 makes four
 * of a comparison and a blend on AVX-512, and six of a maximum of floats for the sake of NaN.
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

    /** The float whose bits, as an integer, are the minimum of a tile's results: zero, or the least integer. */
    static float minimum(boolean relu) {
        return relu ? 0f : -0f;
    }

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
        int gap = outRowPitch - width * outPitch;
        // Rows of inputs without gaps are taken as one, if a tile reaches into two rows of outputs at most.
        boolean isOne = inRowPitch == width * PITCH && (gap == 0 || width >= MAX_PIXELS - 1);
        int lines = isOne ? 1 : rows;
        int line = isOne ? rows * width : width;
        int row = isOne && gap == 0 ? line : width;
        for (int panel = from; panel < to; panel++) {
            int first = weights.firstOutput(panel);
            int vectors = (weights.firstOutput(panel + 1) - first) / L;
            int pixels = pixels(line, vectors, maxPixels);
            int inputs = weights.inputs();
            int blocks = Rounding.ceilDiv(inputs * vectors * L * Float.BYTES, BLOCK_BYTES);
            int rest = line % pixels;
            for (int block = 0; block < blocks; block++) {
                int input = inputs * block / blocks;
                int end = inputs * (block + 1) / blocks;
                for (int y = 0; y < lines; y++) {
                    tiles(pixels, 0, line - rest, vectors, in, inAt + y * inRowPitch, pitch, weights, panel, input, end,
                        out, outAt + y * outRowPitch + first, outPitch, row, gap);
                }
            }
            if (rest > 0) {
                // The last tile overlaps the one before rather than leave a rest, and so takes all inputs at once.
                int last = rest <= FEW_PIXELS ? Math.min(pixels, FEW_PIXELS) : pixels;
                for (int y = 0; y < lines; y++) {
                    tiles(last, line - last, line, vectors, in, inAt + y * inRowPitch, pitch, weights, panel, 0, inputs,
                        out, outAt + y * outRowPitch + first, outPitch, row, gap);
                }
            }
        }
    }

    /**
     * Computes pixels {@code x} to {@code end} of a line, which is divided into rows of outputs.
     *
     * @param row pixels of a row of outputs
     * @param gap floats between two rows of outputs
     */
    private static void tiles(int pixels, int x, int end, int vectors, float[] in, int inAt, int pitch,
                              PointwiseWeights weights, int panel, int input, int inputEnd,
                              float[] out, int outAt, int outPitch, int row, int gap) {
        int left = row - x % row;
        outAt += x * outPitch + x / row * gap;
        for (; x < end; x += pixels) {
            tile(pixels, vectors, in, inAt + x * PITCH, pitch, weights, panel, input, inputEnd, out, outAt, outPitch,
                left, gap);
            outAt += pixels * outPitch;
            left -= pixels;
            if (left <= 0) {
                left += row;
                outAt += gap;
            }
        }
    }

    /**
     * Adds inputs {@code from} to {@code to} to what the inputs before them have left in the output.
     *
     * @param left pixels until the row of outputs ends
     * @param gap  floats between two rows of outputs
     */
    private static void tile(int pixels, int vectors, float[] in, int inAt, int pitch, PointwiseWeights weights,
                             int panel, int from, int to, float[] out, int outAt, int outPitch, int left, int gap) {
        float[] w = weights.data();
        int bias = weights.panelAt(panel);
        int wAt = bias + (1 + from) * vectors * L;
        int in0 = inAt + from;
        int k = to - from;
        float[] init = from == 0 ? w : out;
        int initAt = from == 0 ? bias : outAt;
        int initPitch = from == 0 ? 0 : outPitch;
        int initGap = from == 0 ? 0 : gap;
        float minimum = minimum(weights.relu() && to == weights.inputs());
        switch (4 * pixels + vectors) {
            case 4 * 7 + 3 ->
                tile7x3(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 7 + 2 ->
                tile7x2(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 7 + 1 ->
                tile7x1(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 6 + 2 ->
                tile6x2(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 4 + 3 ->
                tile4x3(in, in0, k, pitch, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 4 + 2 ->
                tile4x2(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 4 + 1 ->
                tile4x1(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 1 + 3 ->
                tile1x3(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 1 + 2 ->
                tile1x2(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            case 4 * 1 + 1 ->
                tile1x1(in, in0, k, w, wAt, init, initAt, initPitch, initGap, minimum, out,
                    outAt, outPitch, left, gap);
            default -> throw new IllegalArgumentException(pixels + " pixels by " + vectors + " vectors");
        }
    }

    // Tiles: written by TileSource.

    private static void tile7x3(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        int init4 = initAt + 4 * initPitch + (left > 4 ? 0 : initGap);
        int init5 = initAt + 5 * initPitch + (left > 5 ? 0 : initGap);
        int init6 = initAt + 6 * initPitch + (left > 6 ? 0 : initGap);
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c02 = FloatVector.fromArray(S, init, initAt + 2 * L);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c11 = FloatVector.fromArray(S, init, init1 + L);
        FloatVector c12 = FloatVector.fromArray(S, init, init1 + 2 * L);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c21 = FloatVector.fromArray(S, init, init2 + L);
        FloatVector c22 = FloatVector.fromArray(S, init, init2 + 2 * L);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
        FloatVector c31 = FloatVector.fromArray(S, init, init3 + L);
        FloatVector c32 = FloatVector.fromArray(S, init, init3 + 2 * L);
        FloatVector c40 = FloatVector.fromArray(S, init, init4);
        FloatVector c41 = FloatVector.fromArray(S, init, init4 + L);
        FloatVector c42 = FloatVector.fromArray(S, init, init4 + 2 * L);
        FloatVector c50 = FloatVector.fromArray(S, init, init5);
        FloatVector c51 = FloatVector.fromArray(S, init, init5 + L);
        FloatVector c52 = FloatVector.fromArray(S, init, init5 + 2 * L);
        FloatVector c60 = FloatVector.fromArray(S, init, init6);
        FloatVector c61 = FloatVector.fromArray(S, init, init6 + L);
        FloatVector c62 = FloatVector.fromArray(S, init, init6 + 2 * L);
        int end = wAt + k * 3 * L;
        if ((k & 1) != 0) {
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
            wAt += 3 * L;
            in0++;
        }
        for (; wAt < end; wAt += 6 * L, in0 += 2) {
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
            w0 = FloatVector.fromArray(S, w, wAt + 3 * L);
            w1 = FloatVector.fromArray(S, w, wAt + 4 * L);
            w2 = FloatVector.fromArray(S, w, wAt + 5 * L);
            x = FloatVector.broadcast(S, in[in0 + 1]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[in0 + PITCH + 1]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH + 1]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH + 1]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            c32 = w2.fma(x, c32);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH + 1]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            c42 = w2.fma(x, c42);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH + 1]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            c52 = w2.fma(x, c52);
            x = FloatVector.broadcast(S, in[in0 + 6 * PITCH + 1]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
            c62 = w2.fma(x, c62);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + L);
        c12.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + 2 * L);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + L);
        c22.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + 2 * L);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + L);
        c32.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + 2 * L);
        int out4 = outAt + 4 * outPitch + (left > 4 ? 0 : gap);
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4 + L);
        c42.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4 + 2 * L);
        int out5 = outAt + 5 * outPitch + (left > 5 ? 0 : gap);
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5 + L);
        c52.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5 + 2 * L);
        int out6 = outAt + 6 * outPitch + (left > 6 ? 0 : gap);
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out6);
        c61.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out6 + L);
        c62.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out6 + 2 * L);
    }

    private static void tile7x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        int init4 = initAt + 4 * initPitch + (left > 4 ? 0 : initGap);
        int init5 = initAt + 5 * initPitch + (left > 5 ? 0 : initGap);
        int init6 = initAt + 6 * initPitch + (left > 6 ? 0 : initGap);
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c11 = FloatVector.fromArray(S, init, init1 + L);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c21 = FloatVector.fromArray(S, init, init2 + L);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
        FloatVector c31 = FloatVector.fromArray(S, init, init3 + L);
        FloatVector c40 = FloatVector.fromArray(S, init, init4);
        FloatVector c41 = FloatVector.fromArray(S, init, init4 + L);
        FloatVector c50 = FloatVector.fromArray(S, init, init5);
        FloatVector c51 = FloatVector.fromArray(S, init, init5 + L);
        FloatVector c60 = FloatVector.fromArray(S, init, init6);
        FloatVector c61 = FloatVector.fromArray(S, init, init6 + L);
        int end = wAt + k * 2 * L;
        if ((k & 1) != 0) {
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
            wAt += 2 * L;
            in0++;
        }
        for (; wAt < end; wAt += 4 * L, in0 += 2) {
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
            w0 = FloatVector.fromArray(S, w, wAt + 2 * L);
            w1 = FloatVector.fromArray(S, w, wAt + 3 * L);
            x = FloatVector.broadcast(S, in[in0 + 1]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in0 + PITCH + 1]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH + 1]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH + 1]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH + 1]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH + 1]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[in0 + 6 * PITCH + 1]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + L);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + L);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + L);
        int out4 = outAt + 4 * outPitch + (left > 4 ? 0 : gap);
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4 + L);
        int out5 = outAt + 5 * outPitch + (left > 5 ? 0 : gap);
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5 + L);
        int out6 = outAt + 6 * outPitch + (left > 6 ? 0 : gap);
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out6);
        c61.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out6 + L);
    }

    private static void tile7x1(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        int init4 = initAt + 4 * initPitch + (left > 4 ? 0 : initGap);
        int init5 = initAt + 5 * initPitch + (left > 5 ? 0 : initGap);
        int init6 = initAt + 6 * initPitch + (left > 6 ? 0 : initGap);
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
        FloatVector c40 = FloatVector.fromArray(S, init, init4);
        FloatVector c50 = FloatVector.fromArray(S, init, init5);
        FloatVector c60 = FloatVector.fromArray(S, init, init6);
        int end = wAt + k * L;
        if ((k & 1) != 0) {
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
            wAt += L;
            in0++;
        }
        for (; wAt < end; wAt += 2 * L, in0 += 2) {
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
            w0 = FloatVector.fromArray(S, w, wAt + L);
            x = FloatVector.broadcast(S, in[in0 + 1]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[in0 + PITCH + 1]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[in0 + 2 * PITCH + 1]);
            c20 = w0.fma(x, c20);
            x = FloatVector.broadcast(S, in[in0 + 3 * PITCH + 1]);
            c30 = w0.fma(x, c30);
            x = FloatVector.broadcast(S, in[in0 + 4 * PITCH + 1]);
            c40 = w0.fma(x, c40);
            x = FloatVector.broadcast(S, in[in0 + 5 * PITCH + 1]);
            c50 = w0.fma(x, c50);
            x = FloatVector.broadcast(S, in[in0 + 6 * PITCH + 1]);
            c60 = w0.fma(x, c60);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
        int out4 = outAt + 4 * outPitch + (left > 4 ? 0 : gap);
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4);
        int out5 = outAt + 5 * outPitch + (left > 5 ? 0 : gap);
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5);
        int out6 = outAt + 6 * outPitch + (left > 6 ? 0 : gap);
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out6);
    }

    private static void tile6x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        int init4 = initAt + 4 * initPitch + (left > 4 ? 0 : initGap);
        int init5 = initAt + 5 * initPitch + (left > 5 ? 0 : initGap);
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c11 = FloatVector.fromArray(S, init, init1 + L);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c21 = FloatVector.fromArray(S, init, init2 + L);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
        FloatVector c31 = FloatVector.fromArray(S, init, init3 + L);
        FloatVector c40 = FloatVector.fromArray(S, init, init4);
        FloatVector c41 = FloatVector.fromArray(S, init, init4 + L);
        FloatVector c50 = FloatVector.fromArray(S, init, init5);
        FloatVector c51 = FloatVector.fromArray(S, init, init5 + L);
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
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + L);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + L);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + L);
        int out4 = outAt + 4 * outPitch + (left > 4 ? 0 : gap);
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out4 + L);
        int out5 = outAt + 5 * outPitch + (left > 5 ? 0 : gap);
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out5 + L);
    }

    private static void tile4x3(float[] in, int in0, int k, int step, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        int in1 = in0 + step;
        int in2 = in1 + step;
        int in3 = in2 + step;
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c02 = FloatVector.fromArray(S, init, initAt + 2 * L);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c11 = FloatVector.fromArray(S, init, init1 + L);
        FloatVector c12 = FloatVector.fromArray(S, init, init1 + 2 * L);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c21 = FloatVector.fromArray(S, init, init2 + L);
        FloatVector c22 = FloatVector.fromArray(S, init, init2 + 2 * L);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
        FloatVector c31 = FloatVector.fromArray(S, init, init3 + L);
        FloatVector c32 = FloatVector.fromArray(S, init, init3 + 2 * L);
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
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + L);
        c12.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + 2 * L);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + L);
        c22.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + 2 * L);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + L);
        c32.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + 2 * L);
    }

    private static void tile4x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c01 = FloatVector.fromArray(S, init, initAt + L);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c11 = FloatVector.fromArray(S, init, init1 + L);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c21 = FloatVector.fromArray(S, init, init2 + L);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
        FloatVector c31 = FloatVector.fromArray(S, init, init3 + L);
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
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1 + L);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2 + L);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3 + L);
    }

    private static void tile4x1(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        int init1 = initAt + initPitch + (left > 1 ? 0 : initGap);
        int init2 = initAt + 2 * initPitch + (left > 2 ? 0 : initGap);
        int init3 = initAt + 3 * initPitch + (left > 3 ? 0 : initGap);
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        FloatVector c10 = FloatVector.fromArray(S, init, init1);
        FloatVector c20 = FloatVector.fromArray(S, init, init2);
        FloatVector c30 = FloatVector.fromArray(S, init, init3);
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
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        int out1 = outAt + outPitch + (left > 1 ? 0 : gap);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out1);
        int out2 = outAt + 2 * outPitch + (left > 2 ? 0 : gap);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out2);
        int out3 = outAt + 3 * outPitch + (left > 3 ? 0 : gap);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out3);
    }

    private static void tile1x3(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
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
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
    }

    private static void tile1x2(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
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
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
    }

    private static void tile1x1(float[] in, int in0, int k, float[] w, int wAt,
                                float[] init, int initAt, int initPitch, int initGap, float minimum,
                                float[] out, int outAt, int outPitch, int left, int gap) {
        FloatVector c00 = FloatVector.fromArray(S, init, initAt);
        int end = wAt + k * L;
        for (; wAt < end; wAt += L, in0++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector x = FloatVector.broadcast(S, in[in0]);
            c00 = w0.fma(x, c00);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
    }
}
