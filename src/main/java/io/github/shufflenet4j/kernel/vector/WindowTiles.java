package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.I;
import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Tiles of the first convolution, at stride 2, pixels by vectors of outputs: as {@link PointwiseTiles}, but the inputs
 * of the first pixel are at {@code taps + at}, and those of the next one two floats further on.
 */
final class WindowTiles {

    private WindowTiles() {
    }

    static void windows7x2(float[] in, int[] taps, int at, float[] w, int wAt, int minimum,
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
        for (int i = 0; i < taps.length; i++) {
            int tap = taps[i] + at;
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 2 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 2 * L + L);
            FloatVector x = FloatVector.broadcast(S, in[tap]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[tap + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[tap + 4]);
            c20 = w0.fma(x, c20);
            c21 = w1.fma(x, c21);
            x = FloatVector.broadcast(S, in[tap + 6]);
            c30 = w0.fma(x, c30);
            c31 = w1.fma(x, c31);
            x = FloatVector.broadcast(S, in[tap + 8]);
            c40 = w0.fma(x, c40);
            c41 = w1.fma(x, c41);
            x = FloatVector.broadcast(S, in[tap + 10]);
            c50 = w0.fma(x, c50);
            c51 = w1.fma(x, c51);
            x = FloatVector.broadcast(S, in[tap + 12]);
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

    static void windows3x3(float[] in, int[] taps, int at, float[] w, int wAt, int minimum,
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
        for (int i = 0; i < taps.length; i++) {
            int tap = taps[i] + at;
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 3 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 3 * L + L);
            FloatVector w2 = FloatVector.fromArray(S, w, wAt + i * 3 * L + 2 * L);
            FloatVector x = FloatVector.broadcast(S, in[tap]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            c02 = w2.fma(x, c02);
            x = FloatVector.broadcast(S, in[tap + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            c12 = w2.fma(x, c12);
            x = FloatVector.broadcast(S, in[tap + 4]);
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

    static void windows3x2(float[] in, int[] taps, int at, float[] w, int wAt, int minimum,
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
        for (int i = 0; i < taps.length; i++) {
            int tap = taps[i] + at;
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * 2 * L);
            FloatVector w1 = FloatVector.fromArray(S, w, wAt + i * 2 * L + L);
            FloatVector x = FloatVector.broadcast(S, in[tap]);
            c00 = w0.fma(x, c00);
            c01 = w1.fma(x, c01);
            x = FloatVector.broadcast(S, in[tap + 2]);
            c10 = w0.fma(x, c10);
            c11 = w1.fma(x, c11);
            x = FloatVector.broadcast(S, in[tap + 4]);
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

    static void windows3x1(float[] in, int[] taps, int at, float[] w, int wAt, int minimum,
                           float[] out, int outAt, int outPitch) {
        FloatVector b0 = FloatVector.fromArray(S, w, wAt);
        FloatVector c00 = b0;
        FloatVector c10 = b0;
        FloatVector c20 = b0;
        wAt += L;
        for (int i = 0; i < taps.length; i++) {
            int tap = taps[i] + at;
            FloatVector w0 = FloatVector.fromArray(S, w, wAt + i * L);
            FloatVector x = FloatVector.broadcast(S, in[tap]);
            c00 = w0.fma(x, c00);
            x = FloatVector.broadcast(S, in[tap + 2]);
            c10 = w0.fma(x, c10);
            x = FloatVector.broadcast(S, in[tap + 4]);
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
