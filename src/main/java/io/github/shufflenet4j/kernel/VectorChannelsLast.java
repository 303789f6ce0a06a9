package io.github.shufflenet4j.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of prediction in the Vector API, at the processor's preferred vector length.
 *
 * <p>Tiles are written out, with one loop and no branch in each: vectors that live through a nested loop or a condition
 * are kept in memory by the compiler, at a thirtieth of the speed.
 *
 * <p>Maxima are those of the floats' bits as integers, one instruction where a maximum of floats takes six for the sake
 * of NaN: positive floats are in the order of their bits, and any negative float has a negative one.
 */
final class VectorChannelsLast implements ChannelsLastKernels {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = S.withLanes(int.class);
    private static final int L = S.length();

    private static final int WIDE = 7;
    private static final int NARROW = 3;
    /** Seven pixels by three vectors take 25 registers: AVX-512 and NEON have 32, AVX2 has 16. */
    private static final boolean HAS_32_REGISTERS = L >= 16 || System.getProperty("os.arch").equals("aarch64");

    @Override
    public int lanes() {
        return L;
    }

    @Override
    public void pointwise(float[] in, int inAt, int inRowPitch, int inPitch, int rows, int width,
                          PointwiseWeights weights, int from, int to,
                          float[] out, int outAt, int outRowPitch, int outPitch) {
        if (inRowPitch == width * inPitch && outRowPitch == width * outPitch) {
            width *= rows;
            rows = 1;
        }
        int tile = width >= WIDE && HAS_32_REGISTERS ? WIDE : width >= NARROW ? NARROW : 1;
        for (int panel = from; panel < to; panel++) {
            int first = weights.firstOutput(panel);
            int vectors = (weights.firstOutput(panel + 1) - first) / L;
            for (int row = 0; row < rows; row++) {
                int rowIn = inAt + row * inRowPitch;
                int rowOut = outAt + row * outRowPitch + first;
                for (int x = 0; x < width; x += tile) {
                    // The last tile overlaps the one before: its results are the same, and nothing is left over.
                    int start = Math.min(x, width - tile);
                    tile(tile, vectors, in, rowIn + start * inPitch, inPitch, weights, weights.panelAt(panel),
                        out, rowOut + start * outPitch, outPitch);
                }
            }
        }
    }

    private static void tile(int pixels, int vectors, float[] in, int inAt, int inPitch, PointwiseWeights weights,
                             int at, float[] out, int outAt, int outPitch) {
        int k = weights.inputs;
        float[] w = weights.data;
        int minimum = weights.minimumBits();
        switch (pixels * (PointwiseWeights.PANEL_VECTORS + 1) + vectors) {
            case 4 * WIDE + 3 -> tile7x3(in, inAt, inPitch, k, w, at, minimum, out, outAt, outPitch);
            case 4 * WIDE + 2 -> tile7x2(in, inAt, inPitch, k, w, at, minimum, out, outAt, outPitch);
            case 4 * WIDE + 1 -> tile7x1(in, inAt, inPitch, k, w, at, minimum, out, outAt, outPitch);
            case 4 * NARROW + 3 -> tile3x3(in, inAt, inPitch, k, w, at, minimum, out, outAt, outPitch);
            case 4 * NARROW + 2 -> tile3x2(in, inAt, inPitch, k, w, at, minimum, out, outAt, outPitch);
            case 4 * NARROW + 1 -> tile3x1(in, inAt, inPitch, k, w, at, minimum, out, outAt, outPitch);
            case 4 + 3 -> tile1x3(in, inAt, k, w, at, minimum, out, outAt);
            case 4 + 2 -> tile1x2(in, inAt, k, w, at, minimum, out, outAt);
            default -> tile1x1(in, inAt, k, w, at, minimum, out, outAt);
        }
    }

    @Override
    public void windows(float[] in, int[] rows, int width, PointwiseWeights weights,
                        float[] out, int outAt, int outPitch) {
        for (int panel = 0; panel < weights.panels(); panel++) {
            int first = weights.firstOutput(panel);
            int vectors = (weights.firstOutput(panel + 1) - first) / L;
            int tile = vectors == 2 && HAS_32_REGISTERS && width >= WIDE ? WIDE : NARROW;
            for (int x = 0; x < width; x += tile) {
                int start = Math.min(x, width - tile);
                windowsTile(tile, vectors, in, rows, 2 * start, weights, weights.panelAt(panel),
                    out, outAt + start * outPitch + first, outPitch);
            }
        }
    }

    private static void windowsTile(int pixels, int vectors, float[] in, int[] rows, int at, PointwiseWeights weights,
                                    int wAt, float[] out, int outAt, int outPitch) {
        float[] w = weights.data;
        int minimum = weights.minimumBits();
        if (pixels == WIDE) {
            windows7x2(in, rows, at, w, wAt, minimum, out, outAt, outPitch);
        } else if (vectors == 3) {
            windows3x3(in, rows, at, w, wAt, minimum, out, outAt, outPitch);
        } else if (vectors == 2) {
            windows3x2(in, rows, at, w, wAt, minimum, out, outAt, outPitch);
        } else {
            windows3x1(in, rows, at, w, wAt, minimum, out, outAt, outPitch);
        }
    }

    @Override
    public void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride,
                          DepthwiseWeights weights, int from, int to, int width,
                          float[] out, int outAt, int outPitch) {
        float[] w = weights.data;
        int tile = stride == 1 && width >= 4 ? 4 : width >= 2 ? 2 : 1;
        int tiles = (width + tile - 1) / tile;
        // As everywhere, the last tile overlaps the one before rather than leave a rest.
        int last = width - tile;
        for (int vector = from; vector < to; vector++) {
            int c = vector * L;
            int at = weights.at(vector);
            switch (4 * stride + tile) {
                case 4 + 4 -> depthwise4(in, above + c, middle + c, below + c, inPitch, w, at, tiles, last, out,
                    outAt + c, outPitch);
                case 4 + 2 -> depthwise2(in, above + c, middle + c, below + c, inPitch, w, at, tiles, last, out,
                    outAt + c, outPitch);
                case 8 + 2 -> depthwise2Stride2(in, above + c, middle + c, below + c, inPitch, w, at, tiles, last,
                    out, outAt + c, outPitch);
                default -> depthwise1(in, above + c, middle + c, below + c, inPitch, w, at, tiles, last, out,
                    outAt + c, outPitch);
            }
        }
    }

    private static void depthwise4(float[] in, int above, int middle, int below, int pitch,
                               float[] w, int wAt, int tiles, int last, float[] out, int outAt, int outPitch) {
        FloatVector bias = FloatVector.fromArray(S, w, wAt);
        FloatVector w0 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector w1 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector w2 = FloatVector.fromArray(S, w, wAt + 3 * L);
        FloatVector w3 = FloatVector.fromArray(S, w, wAt + 4 * L);
        FloatVector w4 = FloatVector.fromArray(S, w, wAt + 5 * L);
        FloatVector w5 = FloatVector.fromArray(S, w, wAt + 6 * L);
        FloatVector w6 = FloatVector.fromArray(S, w, wAt + 7 * L);
        FloatVector w7 = FloatVector.fromArray(S, w, wAt + 8 * L);
        FloatVector w8 = FloatVector.fromArray(S, w, wAt + 9 * L);
        for (int tile = 0; tile < tiles; tile++) {
            int x = Math.min(4 * tile, last);
            int a = above + x * pitch;
            FloatVector v = FloatVector.fromArray(S, in, a);
            FloatVector s0 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + pitch);
            s0 = v.fma(w1, s0);
            FloatVector s1 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 2 * pitch);
            s0 = v.fma(w2, s0);
            s1 = v.fma(w1, s1);
            FloatVector s2 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 3 * pitch);
            s1 = v.fma(w2, s1);
            s2 = v.fma(w1, s2);
            FloatVector s3 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 4 * pitch);
            s2 = v.fma(w2, s2);
            s3 = v.fma(w1, s3);
            v = FloatVector.fromArray(S, in, a + 5 * pitch);
            s3 = v.fma(w2, s3);
            int m = middle + x * pitch;
            v = FloatVector.fromArray(S, in, m);
            s0 = v.fma(w3, s0);
            v = FloatVector.fromArray(S, in, m + pitch);
            s0 = v.fma(w4, s0);
            s1 = v.fma(w3, s1);
            v = FloatVector.fromArray(S, in, m + 2 * pitch);
            s0 = v.fma(w5, s0);
            s1 = v.fma(w4, s1);
            s2 = v.fma(w3, s2);
            v = FloatVector.fromArray(S, in, m + 3 * pitch);
            s1 = v.fma(w5, s1);
            s2 = v.fma(w4, s2);
            s3 = v.fma(w3, s3);
            v = FloatVector.fromArray(S, in, m + 4 * pitch);
            s2 = v.fma(w5, s2);
            s3 = v.fma(w4, s3);
            v = FloatVector.fromArray(S, in, m + 5 * pitch);
            s3 = v.fma(w5, s3);
            int b = below + x * pitch;
            v = FloatVector.fromArray(S, in, b);
            s0 = v.fma(w6, s0);
            v = FloatVector.fromArray(S, in, b + pitch);
            s0 = v.fma(w7, s0);
            s1 = v.fma(w6, s1);
            v = FloatVector.fromArray(S, in, b + 2 * pitch);
            s0 = v.fma(w8, s0);
            s1 = v.fma(w7, s1);
            s2 = v.fma(w6, s2);
            v = FloatVector.fromArray(S, in, b + 3 * pitch);
            s1 = v.fma(w8, s1);
            s2 = v.fma(w7, s2);
            s3 = v.fma(w6, s3);
            v = FloatVector.fromArray(S, in, b + 4 * pitch);
            s2 = v.fma(w8, s2);
            s3 = v.fma(w7, s3);
            v = FloatVector.fromArray(S, in, b + 5 * pitch);
            s3 = v.fma(w8, s3);
            int o = outAt + x * outPitch;
            s0.intoArray(out, o);
            s1.intoArray(out, o + outPitch);
            s2.intoArray(out, o + 2 * outPitch);
            s3.intoArray(out, o + 3 * outPitch);
        }
    }

    private static void depthwise2(float[] in, int above, int middle, int below, int pitch,
                               float[] w, int wAt, int tiles, int last, float[] out, int outAt, int outPitch) {
        FloatVector bias = FloatVector.fromArray(S, w, wAt);
        FloatVector w0 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector w1 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector w2 = FloatVector.fromArray(S, w, wAt + 3 * L);
        FloatVector w3 = FloatVector.fromArray(S, w, wAt + 4 * L);
        FloatVector w4 = FloatVector.fromArray(S, w, wAt + 5 * L);
        FloatVector w5 = FloatVector.fromArray(S, w, wAt + 6 * L);
        FloatVector w6 = FloatVector.fromArray(S, w, wAt + 7 * L);
        FloatVector w7 = FloatVector.fromArray(S, w, wAt + 8 * L);
        FloatVector w8 = FloatVector.fromArray(S, w, wAt + 9 * L);
        for (int tile = 0; tile < tiles; tile++) {
            int x = Math.min(2 * tile, last);
            int a = above + x * pitch;
            FloatVector v = FloatVector.fromArray(S, in, a);
            FloatVector s0 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + pitch);
            s0 = v.fma(w1, s0);
            FloatVector s1 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 2 * pitch);
            s0 = v.fma(w2, s0);
            s1 = v.fma(w1, s1);
            v = FloatVector.fromArray(S, in, a + 3 * pitch);
            s1 = v.fma(w2, s1);
            int m = middle + x * pitch;
            v = FloatVector.fromArray(S, in, m);
            s0 = v.fma(w3, s0);
            v = FloatVector.fromArray(S, in, m + pitch);
            s0 = v.fma(w4, s0);
            s1 = v.fma(w3, s1);
            v = FloatVector.fromArray(S, in, m + 2 * pitch);
            s0 = v.fma(w5, s0);
            s1 = v.fma(w4, s1);
            v = FloatVector.fromArray(S, in, m + 3 * pitch);
            s1 = v.fma(w5, s1);
            int b = below + x * pitch;
            v = FloatVector.fromArray(S, in, b);
            s0 = v.fma(w6, s0);
            v = FloatVector.fromArray(S, in, b + pitch);
            s0 = v.fma(w7, s0);
            s1 = v.fma(w6, s1);
            v = FloatVector.fromArray(S, in, b + 2 * pitch);
            s0 = v.fma(w8, s0);
            s1 = v.fma(w7, s1);
            v = FloatVector.fromArray(S, in, b + 3 * pitch);
            s1 = v.fma(w8, s1);
            int o = outAt + x * outPitch;
            s0.intoArray(out, o);
            s1.intoArray(out, o + outPitch);
        }
    }

    private static void depthwise2Stride2(float[] in, int above, int middle, int below, int pitch,
                               float[] w, int wAt, int tiles, int last, float[] out, int outAt, int outPitch) {
        FloatVector bias = FloatVector.fromArray(S, w, wAt);
        FloatVector w0 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector w1 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector w2 = FloatVector.fromArray(S, w, wAt + 3 * L);
        FloatVector w3 = FloatVector.fromArray(S, w, wAt + 4 * L);
        FloatVector w4 = FloatVector.fromArray(S, w, wAt + 5 * L);
        FloatVector w5 = FloatVector.fromArray(S, w, wAt + 6 * L);
        FloatVector w6 = FloatVector.fromArray(S, w, wAt + 7 * L);
        FloatVector w7 = FloatVector.fromArray(S, w, wAt + 8 * L);
        FloatVector w8 = FloatVector.fromArray(S, w, wAt + 9 * L);
        for (int tile = 0; tile < tiles; tile++) {
            int x = Math.min(2 * tile, last);
            int a = above + x * 2 * pitch;
            FloatVector v = FloatVector.fromArray(S, in, a);
            FloatVector s0 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + pitch);
            s0 = v.fma(w1, s0);
            v = FloatVector.fromArray(S, in, a + 2 * pitch);
            s0 = v.fma(w2, s0);
            FloatVector s1 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 3 * pitch);
            s1 = v.fma(w1, s1);
            v = FloatVector.fromArray(S, in, a + 4 * pitch);
            s1 = v.fma(w2, s1);
            int m = middle + x * 2 * pitch;
            v = FloatVector.fromArray(S, in, m);
            s0 = v.fma(w3, s0);
            v = FloatVector.fromArray(S, in, m + pitch);
            s0 = v.fma(w4, s0);
            v = FloatVector.fromArray(S, in, m + 2 * pitch);
            s0 = v.fma(w5, s0);
            s1 = v.fma(w3, s1);
            v = FloatVector.fromArray(S, in, m + 3 * pitch);
            s1 = v.fma(w4, s1);
            v = FloatVector.fromArray(S, in, m + 4 * pitch);
            s1 = v.fma(w5, s1);
            int b = below + x * 2 * pitch;
            v = FloatVector.fromArray(S, in, b);
            s0 = v.fma(w6, s0);
            v = FloatVector.fromArray(S, in, b + pitch);
            s0 = v.fma(w7, s0);
            v = FloatVector.fromArray(S, in, b + 2 * pitch);
            s0 = v.fma(w8, s0);
            s1 = v.fma(w6, s1);
            v = FloatVector.fromArray(S, in, b + 3 * pitch);
            s1 = v.fma(w7, s1);
            v = FloatVector.fromArray(S, in, b + 4 * pitch);
            s1 = v.fma(w8, s1);
            int o = outAt + x * outPitch;
            s0.intoArray(out, o);
            s1.intoArray(out, o + outPitch);
        }
    }

    private static void depthwise1(float[] in, int above, int middle, int below, int pitch,
                               float[] w, int wAt, int tiles, int last, float[] out, int outAt, int outPitch) {
        FloatVector bias = FloatVector.fromArray(S, w, wAt);
        FloatVector w0 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector w1 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector w2 = FloatVector.fromArray(S, w, wAt + 3 * L);
        FloatVector w3 = FloatVector.fromArray(S, w, wAt + 4 * L);
        FloatVector w4 = FloatVector.fromArray(S, w, wAt + 5 * L);
        FloatVector w5 = FloatVector.fromArray(S, w, wAt + 6 * L);
        FloatVector w6 = FloatVector.fromArray(S, w, wAt + 7 * L);
        FloatVector w7 = FloatVector.fromArray(S, w, wAt + 8 * L);
        FloatVector w8 = FloatVector.fromArray(S, w, wAt + 9 * L);
        for (int tile = 0; tile < tiles; tile++) {
            int x = Math.min(1 * tile, last);
            int a = above + x * pitch;
            FloatVector v = FloatVector.fromArray(S, in, a);
            FloatVector s0 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + pitch);
            s0 = v.fma(w1, s0);
            v = FloatVector.fromArray(S, in, a + 2 * pitch);
            s0 = v.fma(w2, s0);
            int m = middle + x * pitch;
            v = FloatVector.fromArray(S, in, m);
            s0 = v.fma(w3, s0);
            v = FloatVector.fromArray(S, in, m + pitch);
            s0 = v.fma(w4, s0);
            v = FloatVector.fromArray(S, in, m + 2 * pitch);
            s0 = v.fma(w5, s0);
            int b = below + x * pitch;
            v = FloatVector.fromArray(S, in, b);
            s0 = v.fma(w6, s0);
            v = FloatVector.fromArray(S, in, b + pitch);
            s0 = v.fma(w7, s0);
            v = FloatVector.fromArray(S, in, b + 2 * pitch);
            s0 = v.fma(w8, s0);
            int o = outAt + x * outPitch;
            s0.intoArray(out, o);
        }
    }

    @Override
    public void maxPool(float[] in, int above, int middle, int below, int inPitch, int vectors, int width,
                        float[] out, int outAt, int outPitch) {
        for (int channel = 0; channel < vectors * L; channel += L) {
            maxPoolVector(in, above + channel, middle + channel, below + channel, inPitch, width,
                out, outAt + channel, outPitch);
        }
    }

    private static void maxPoolVector(float[] in, int above, int middle, int below, int pitch, int width,
                                      float[] out, int outAt, int outPitch) {
        IntVector left = column(in, above, middle, below);
        for (int x = 0; x < width; x++) {
            IntVector centre = column(in, above + pitch, middle + pitch, below + pitch);
            IntVector right = column(in, above + 2 * pitch, middle + 2 * pitch, below + 2 * pitch);
            left.max(centre).max(right).reinterpretAsFloats().intoArray(out, outAt);
            left = right;
            above += 2 * pitch;
            middle += 2 * pitch;
            below += 2 * pitch;
            outAt += outPitch;
        }
    }

    private static IntVector column(float[] in, int above, int middle, int below) {
        return FloatVector.fromArray(S, in, above).reinterpretAsInts()
            .max(FloatVector.fromArray(S, in, middle).reinterpretAsInts())
            .max(FloatVector.fromArray(S, in, below).reinterpretAsInts());
    }

    @Override
    public void average(float[] in, int inAt, int inPitch, int pixels, int vectors, float[] out, int outAt) {
        float share = 1f / pixels;
        for (int channel = 0; channel < vectors * L; channel += L) {
            averageVector(in, inAt + channel, inPitch, pixels, share, out, outAt + channel);
        }
    }

    private static void averageVector(float[] in, int inAt, int inPitch, int pixels, float share,
                                      float[] out, int outAt) {
        FloatVector sum = FloatVector.zero(S);
        for (int pixel = 0; pixel < pixels; pixel++) {
            sum = sum.add(FloatVector.fromArray(S, in, inAt));
            inAt += inPitch;
        }
        sum.mul(share).intoArray(out, outAt);
    }

    @Override
    public void copy(float[] in, int inAt, int inPitch, int pixels, int length, float[] out, int outAt, int outPitch) {
        for (int i = 0; i < length; i += L) {
            copyVector(in, inAt + i, inPitch, pixels, out, outAt + i, outPitch);
        }
    }

    private static void copyVector(float[] in, int inAt, int inPitch, int pixels, float[] out, int outAt,
                                   int outPitch) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            FloatVector.fromArray(S, in, inAt).intoArray(out, outAt);
            inAt += inPitch;
            outAt += outPitch;
        }
    }

    private static void tile7x3(float[] in, int in0, int inPitch, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + inPitch;
        int in2 = in1 + inPitch;
        int in3 = in2 + inPitch;
        int in4 = in3 + inPitch;
        int in5 = in4 + inPitch;
        int in6 = in5 + inPitch;
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector b2 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c02 = b2;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c12 = b2;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        FloatVector c22 = b2;
        FloatVector c30 = b0;
        FloatVector c31 = b1;
        FloatVector c32 = b2;
        FloatVector c40 = b0;
        FloatVector c41 = b1;
        FloatVector c42 = b2;
        FloatVector c50 = b0;
        FloatVector c51 = b1;
        FloatVector c52 = b2;
        FloatVector c60 = b0;
        FloatVector c61 = b1;
        FloatVector c62 = b2;
        wAt += 3 * L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 3 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 3 * L + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + i * 3 * L + 2 * L);
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
            x = FloatVector.broadcast(S, in[in4 + i]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            c42 = w2.fma(x, c42);
            x = FloatVector.broadcast(S, in[in5 + i]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            c52 = w2.fma(x, c52);
            x = FloatVector.broadcast(S, in[in6 + i]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
            c62 = w2.fma(x, c62);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c12.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c22.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c32.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c42.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c52.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c61.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c62.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
    }

    private static void tile7x2(float[] in, int in0, int inPitch, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + inPitch;
        int in2 = in1 + inPitch;
        int in3 = in2 + inPitch;
        int in4 = in3 + inPitch;
        int in5 = in4 + inPitch;
        int in6 = in5 + inPitch;
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        FloatVector c30 = b0;
        FloatVector c31 = b1;
        FloatVector c40 = b0;
        FloatVector c41 = b1;
        FloatVector c50 = b0;
        FloatVector c51 = b1;
        FloatVector c60 = b0;
        FloatVector c61 = b1;
        wAt += 2 * L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 2 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 2 * L + L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in1 + i]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in2 + i]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[in3 + i]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[in4 + i]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[in5 + i]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[in6 + i]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c61.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
    }

    private static void tile7x1(float[] in, int in0, int inPitch, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + inPitch;
        int in2 = in1 + inPitch;
        int in3 = in2 + inPitch;
        int in4 = in3 + inPitch;
        int in5 = in4 + inPitch;
        int in6 = in5 + inPitch;
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector c00 = b0;
        FloatVector c10 = b0;
        FloatVector c20 = b0;
        FloatVector c30 = b0;
        FloatVector c40 = b0;
        FloatVector c50 = b0;
        FloatVector c60 = b0;
        wAt += L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 1 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[in1 + i]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[in2 + i]);
            c20 = w0.fma(x, c20);
            x = FloatVector.broadcast(S, in[in3 + i]);
            c30 = w0.fma(x, c30);
            x = FloatVector.broadcast(S, in[in4 + i]);
            c40 = w0.fma(x, c40);
            x = FloatVector.broadcast(S, in[in5 + i]);
            c50 = w0.fma(x, c50);
            x = FloatVector.broadcast(S, in[in6 + i]);
            c60 = w0.fma(x, c60);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
    }

    private static void tile3x3(float[] in, int in0, int inPitch, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + inPitch;
        int in2 = in1 + inPitch;
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector b2 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c02 = b2;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c12 = b2;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        FloatVector c22 = b2;
        wAt += 3 * L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 3 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 3 * L + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + i * 3 * L + 2 * L);
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
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c12.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c22.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
    }

    private static void tile3x2(float[] in, int in0, int inPitch, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + inPitch;
        int in2 = in1 + inPitch;
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        wAt += 2 * L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 2 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 2 * L + L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in1 + i]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in2 + i]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
    }

    private static void tile3x1(float[] in, int in0, int inPitch, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt, int outPitch) {
        int in1 = in0 + inPitch;
        int in2 = in1 + inPitch;
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector c00 = b0;
        FloatVector c10 = b0;
        FloatVector c20 = b0;
        wAt += L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 1 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[in1 + i]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[in2 + i]);
            c20 = w0.fma(x, c20);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
    }

    private static void tile1x3(float[] in, int in0, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector b2 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c02 = b2;
        wAt += 3 * L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 3 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 3 * L + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + i * 3 * L + 2 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
    }

    private static void tile1x2(float[] in, int in0, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        wAt += 2 * L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 2 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 2 * L + L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
    }

    private static void tile1x1(float[] in, int in0, int k, float[] w, int wAt, int minimum,
                                float[] out, int outAt) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector c00 = b0;
        wAt += L;
        for (int i = 0; i < k; i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 1 * L);
            FloatVector x = FloatVector.broadcast(S, in[in0 + i]);
            c00 = w0.fma(x, c00);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
    }

    private static void windows7x2(float[] in, int[] rows, int at, float[] w, int wAt, int minimum,
                                   float[] out, int outAt, int outPitch) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        FloatVector c30 = b0;
        FloatVector c31 = b1;
        FloatVector c40 = b0;
        FloatVector c41 = b1;
        FloatVector c50 = b0;
        FloatVector c51 = b1;
        FloatVector c60 = b0;
        FloatVector c61 = b1;
        wAt += 2 * L;
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i] + at;
            int wi = wAt + i * 6 * L;
            FloatVector w0 = FloatVector.fromArray(S, w, wi);
            FloatVector w1 = FloatVector.fromArray(S, w, wi + L);
            FloatVector x = FloatVector.broadcast(S, in[row]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[row + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[row + 4]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[row + 6]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[row + 8]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[row + 10]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[row + 12]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
            w0 = FloatVector.fromArray(S, w, wi + 2 * L);
            w1 = FloatVector.fromArray(S, w, wi + 3 * L);
            x = FloatVector.broadcast(S, in[row + 1]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[row + 3]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[row + 5]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[row + 7]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[row + 9]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[row + 11]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[row + 13]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
            w0 = FloatVector.fromArray(S, w, wi + 4 * L);
            w1 = FloatVector.fromArray(S, w, wi + 5 * L);
            x = FloatVector.broadcast(S, in[row + 2]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[row + 4]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[row + 6]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[row + 8]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[row + 10]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[row + 12]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[row + 14]);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c61.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
    }

    private static void windows3x3(float[] in, int[] rows, int at, float[] w, int wAt, int minimum,
                                   float[] out, int outAt, int outPitch) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector b2 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c02 = b2;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c12 = b2;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        FloatVector c22 = b2;
        wAt += 3 * L;
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i] + at;
            int wi = wAt + i * 9 * L;
            FloatVector w0 = FloatVector.fromArray(S, w, wi);
            FloatVector w1 = FloatVector.fromArray(S, w, wi + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wi + 2 * L);
            FloatVector x = FloatVector.broadcast(S, in[row]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[row + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[row + 4]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
            w0 = FloatVector.fromArray(S, w, wi + 3 * L);
            w1 = FloatVector.fromArray(S, w, wi + 4 * L);
            w2 = FloatVector.fromArray(S, w, wi + 5 * L);
            x = FloatVector.broadcast(S, in[row + 1]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[row + 3]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[row + 5]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
            w0 = FloatVector.fromArray(S, w, wi + 6 * L);
            w1 = FloatVector.fromArray(S, w, wi + 7 * L);
            w2 = FloatVector.fromArray(S, w, wi + 8 * L);
            x = FloatVector.broadcast(S, in[row + 2]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[row + 4]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[row + 6]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c12.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c22.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
    }

    private static void windows3x2(float[] in, int[] rows, int at, float[] w, int wAt, int minimum,
                                   float[] out, int outAt, int outPitch) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector b1 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c00 = b0;
        FloatVector c01 = b1;
        FloatVector c10 = b0;
        FloatVector c11 = b1;
        FloatVector c20 = b0;
        FloatVector c21 = b1;
        wAt += 2 * L;
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i] + at;
            int wi = wAt + i * 6 * L;
            FloatVector w0 = FloatVector.fromArray(S, w, wi);
            FloatVector w1 = FloatVector.fromArray(S, w, wi + L);
            FloatVector x = FloatVector.broadcast(S, in[row]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[row + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[row + 4]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            w0 = FloatVector.fromArray(S, w, wi + 2 * L);
            w1 = FloatVector.fromArray(S, w, wi + 3 * L);
            x = FloatVector.broadcast(S, in[row + 1]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[row + 3]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[row + 5]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            w0 = FloatVector.fromArray(S, w, wi + 4 * L);
            w1 = FloatVector.fromArray(S, w, wi + 5 * L);
            x = FloatVector.broadcast(S, in[row + 2]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[row + 4]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[row + 6]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
    }

    private static void windows3x1(float[] in, int[] rows, int at, float[] w, int wAt, int minimum,
                                   float[] out, int outAt, int outPitch) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector c00 = b0;
        FloatVector c10 = b0;
        FloatVector c20 = b0;
        wAt += L;
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i] + at;
            int wi = wAt + i * 3 * L;
            FloatVector w0 = FloatVector.fromArray(S, w, wi);
            FloatVector x = FloatVector.broadcast(S, in[row]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[row + 2]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[row + 4]);
            c20 = w0.fma(x, c20);
            w0 = FloatVector.fromArray(S, w, wi + L);
            x = FloatVector.broadcast(S, in[row + 1]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[row + 3]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[row + 5]);
            c20 = w0.fma(x, c20);
            w0 = FloatVector.fromArray(S, w, wi + 2 * L);
            x = FloatVector.broadcast(S, in[row + 2]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[row + 4]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[row + 6]);
            c20 = w0.fma(x, c20);
        }
        IntVector m = IntVector.broadcast(I, minimum);
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        outAt += outPitch;
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
    }
}
