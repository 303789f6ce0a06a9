package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import io.github.shufflenet4j.kernel.PointwiseWeights;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * A row of the first convolution, at stride 2, by tiles of pixels and vectors of outputs: as {@link PointwiseTiles},
 * but the inputs of a pixel lie at {@code taps}, and those of the next one two floats further on.
 */
final class WindowTiles {

    private static final int PIXELS = 4;
    private static final int MANY_PIXELS = 7;

    private WindowTiles() {
    }

    /** Computes as {@link io.github.shufflenet4j.kernel.ChannelsLastKernels#windows}. */
    static void run(float[] in, int[] taps, int width, PointwiseWeights weights, float[] out, int outAt,
                    int outPitch) {
        for (int panel = 0; panel < weights.panels(); panel++) {
            int first = weights.firstOutput(panel);
            int vectors = (weights.firstOutput(panel + 1) - first) / L;
            int pixels = Species.HAS_32_REGISTERS && vectors == 2 && width >= MANY_PIXELS ? MANY_PIXELS : PIXELS;
            for (int x = 0; x < width; x += pixels) {
                // The last tile overlaps the one before rather than leave a rest.
                int start = Math.min(x, width - pixels);
                tile(pixels, vectors, in, 2 * start, taps, weights.data(), weights.panelAt(panel),
                    PointwiseTiles.minimum(weights.relu()), out, outAt + start * outPitch + first, outPitch);
            }
        }
    }

    private static void tile(int pixels, int vectors, float[] in, int in0, int[] taps, float[] w, int wAt,
                             float minimum, float[] out, int outAt, int outPitch) {
        switch (4 * pixels + vectors) {
            case 4 * 7 + 2 -> tile7x2(in, in0, taps, w, wAt, minimum, out, outAt, outPitch);
            case 4 * 4 + 3 -> tile4x3(in, in0, taps, 2, w, wAt, minimum, out, outAt, outPitch);
            case 4 * 4 + 2 -> tile4x2(in, in0, taps, w, wAt, minimum, out, outAt, outPitch);
            case 4 * 4 + 1 -> tile4x1(in, in0, taps, w, wAt, minimum, out, outAt, outPitch);
            default -> throw new IllegalArgumentException(pixels + " pixels by " + vectors + " vectors");
        }
    }

    // Tiles: written by TileSource.

    private static void tile7x2(float[] in, int in0, int[] taps, float[] w, int wAt,
                                float minimum, float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, w, wAt);
        FloatVector c01 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c40 = c00;
        FloatVector c41 = c01;
        FloatVector c50 = c00;
        FloatVector c51 = c01;
        FloatVector c60 = c00;
        FloatVector c61 = c01;
        wAt += 2 * L;
        int end = wAt + taps.length * 2 * L;
        for (int i = 0; wAt < end; wAt += 6 * L, i += 3) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + 2 * L);
            FloatVector w3 = FloatVector.fromArray(S, w, wAt + 3 * L);
            FloatVector w4 = FloatVector.fromArray(S, w, wAt + 4 * L);
            FloatVector w5 = FloatVector.fromArray(S, w, wAt + 5 * L);
            int tap = in0 + taps[i];
            FloatVector x = FloatVector.broadcast(S, in[tap]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[tap + 1]);
            c00 = w2.fma(x, c00);
            c01 = w3.fma(x, c01);
            x = FloatVector.broadcast(S, in[tap + 2]);
            c00 = w4.fma(x, c00);
            c01 = w5.fma(x, c01);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[tap + 3]);
            c10 = w2.fma(x, c10);
            c11 = w3.fma(x, c11);
            x = FloatVector.broadcast(S, in[tap + 4]);
            c10 = w4.fma(x, c10);
            c11 = w5.fma(x, c11);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[tap + 5]);
            c20 = w2.fma(x, c20);
            c21 = w3.fma(x, c21);
            x = FloatVector.broadcast(S, in[tap + 6]);
            c20 = w4.fma(x, c20);
            c21 = w5.fma(x, c21);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[tap + 7]);
            c30 = w2.fma(x, c30);
            c31 = w3.fma(x, c31);
            x = FloatVector.broadcast(S, in[tap + 8]);
            c30 = w4.fma(x, c30);
            c31 = w5.fma(x, c31);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[tap + 9]);
            c40 = w2.fma(x, c40);
            c41 = w3.fma(x, c41);
            x = FloatVector.broadcast(S, in[tap + 10]);
            c40 = w4.fma(x, c40);
            c41 = w5.fma(x, c41);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[tap + 11]);
            c50 = w2.fma(x, c50);
            c51 = w3.fma(x, c51);
            x = FloatVector.broadcast(S, in[tap + 12]);
            c50 = w4.fma(x, c50);
            c51 = w5.fma(x, c51);
            c60 = w0.fma(x, c60);
            c61 = w1.fma(x, c61);
            x = FloatVector.broadcast(S, in[tap + 13]);
            c60 = w2.fma(x, c60);
            c61 = w3.fma(x, c61);
            x = FloatVector.broadcast(S, in[tap + 14]);
            c60 = w4.fma(x, c60);
            c61 = w5.fma(x, c61);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch + L);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch + L);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch + L);
        c40.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 4 * outPitch);
        c41.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 4 * outPitch + L);
        c50.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 5 * outPitch);
        c51.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 5 * outPitch + L);
        c60.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 6 * outPitch);
        c61.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 6 * outPitch + L);
    }

    private static void tile4x3(float[] in, int in0, int[] taps, int step, float[] w, int wAt,
                                float minimum, float[] out, int outAt, int outPitch) {
        int in1 = in0 + step;
        int in2 = in1 + step;
        int in3 = in2 + step;
        FloatVector c00 = FloatVector.fromArray(S, w, wAt);
        FloatVector c01 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c02 = FloatVector.fromArray(S, w, wAt + 2 * L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c12 = c02;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c22 = c02;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        FloatVector c32 = c02;
        wAt += 3 * L;
        int end = wAt + taps.length * 3 * L;
        for (int i = 0; wAt < end; wAt += 3 * L, i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + 2 * L);
            int tap = taps[i];
            FloatVector x = FloatVector.broadcast(S, in[in0 + tap]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[in1 + tap]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[in2 + tap]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            c22 = w2.fma(x, c22);
            x = FloatVector.broadcast(S, in[in3 + tap]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            c32 = w2.fma(x, c32);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c02.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * L);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch + L);
        c12.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch + 2 * L);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch + L);
        c22.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch + 2 * L);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch + L);
        c32.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch + 2 * L);
    }

    private static void tile4x2(float[] in, int in0, int[] taps, float[] w, int wAt,
                                float minimum, float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, w, wAt);
        FloatVector c01 = FloatVector.fromArray(S, w, wAt + L);
        FloatVector c10 = c00;
        FloatVector c11 = c01;
        FloatVector c20 = c00;
        FloatVector c21 = c01;
        FloatVector c30 = c00;
        FloatVector c31 = c01;
        wAt += 2 * L;
        int end = wAt + taps.length * 2 * L;
        for (int i = 0; wAt < end; wAt += 2 * L, i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + L);
            int tap = taps[i];
            FloatVector x = FloatVector.broadcast(S, in[in0 + tap]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[in0 + tap + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[in0 + tap + 4]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[in0 + tap + 6]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c01.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + L);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch);
        c11.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch + L);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch);
        c21.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch + L);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch);
        c31.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch + L);
    }

    private static void tile4x1(float[] in, int in0, int[] taps, float[] w, int wAt,
                                float minimum, float[] out, int outAt, int outPitch) {
        FloatVector c00 = FloatVector.fromArray(S, w, wAt);
        FloatVector c10 = c00;
        FloatVector c20 = c00;
        FloatVector c30 = c00;
        wAt += L;
        int end = wAt + taps.length * L;
        for (int i = 0; wAt < end; wAt += L, i++) {
            FloatVector w0 = FloatVector.fromArray(S, w, wAt);
            int tap = taps[i];
            FloatVector x = FloatVector.broadcast(S, in[in0 + tap]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[in0 + tap + 2]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[in0 + tap + 4]);
            c20 = w0.fma(x, c20);
            x = FloatVector.broadcast(S, in[in0 + tap + 6]);
            c30 = w0.fma(x, c30);
        }
        IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();
        c00.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt);
        c10.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + outPitch);
        c20.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 2 * outPitch);
        c30.reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, outAt + 3 * outPitch);
    }
}
