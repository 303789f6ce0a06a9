package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import io.github.shufflenet4j.kernel.Rounding;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of 3x3 depthwise convolutions, for one vector of channels: nine weights in registers for the whole row.
 * {@link PitchKernels} copies this class for each pitch of the input's pixels.
 */
final class DepthwiseRows implements DepthwiseKernel {

    private static final int PITCH = PitchKernels.pitch(MethodHandles.lookup());

    @Override
    public void run(float[] in, int above, int middle, int below, int stride, float[] w, int wAt, int width,
                    float[] out, int outAt, int outPitch) {
        if (stride == 1 && width >= 4) {
            fourPixels(in, above, middle, below, w, wAt, Rounding.ceilDiv(width, 4), width - 4, out, outAt, outPitch);
        } else {
            singlePixels(in, above, middle, below, stride, w, wAt, width, out, outAt, outPitch);
        }
    }

    /** At stride 1, {@code tiles} times four pixels; the last four begin at {@code last}. */
    private static void fourPixels(float[] in, int above, int middle, int below, float[] w, int wAt, int tiles,
                                   int last, float[] out, int outAt, int outPitch) {
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
            int a = above + x * PITCH;
            FloatVector v = FloatVector.fromArray(S, in, a);
            FloatVector s0 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + PITCH);
            s0 = v.fma(w1, s0);
            FloatVector s1 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 2 * PITCH);
            s0 = v.fma(w2, s0);
            s1 = v.fma(w1, s1);
            FloatVector s2 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 3 * PITCH);
            s1 = v.fma(w2, s1);
            s2 = v.fma(w1, s2);
            FloatVector s3 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + 4 * PITCH);
            s2 = v.fma(w2, s2);
            s3 = v.fma(w1, s3);
            v = FloatVector.fromArray(S, in, a + 5 * PITCH);
            s3 = v.fma(w2, s3);
            int m = middle + x * PITCH;
            v = FloatVector.fromArray(S, in, m);
            s0 = v.fma(w3, s0);
            v = FloatVector.fromArray(S, in, m + PITCH);
            s0 = v.fma(w4, s0);
            s1 = v.fma(w3, s1);
            v = FloatVector.fromArray(S, in, m + 2 * PITCH);
            s0 = v.fma(w5, s0);
            s1 = v.fma(w4, s1);
            s2 = v.fma(w3, s2);
            v = FloatVector.fromArray(S, in, m + 3 * PITCH);
            s1 = v.fma(w5, s1);
            s2 = v.fma(w4, s2);
            s3 = v.fma(w3, s3);
            v = FloatVector.fromArray(S, in, m + 4 * PITCH);
            s2 = v.fma(w5, s2);
            s3 = v.fma(w4, s3);
            v = FloatVector.fromArray(S, in, m + 5 * PITCH);
            s3 = v.fma(w5, s3);
            int b = below + x * PITCH;
            v = FloatVector.fromArray(S, in, b);
            s0 = v.fma(w6, s0);
            v = FloatVector.fromArray(S, in, b + PITCH);
            s0 = v.fma(w7, s0);
            s1 = v.fma(w6, s1);
            v = FloatVector.fromArray(S, in, b + 2 * PITCH);
            s0 = v.fma(w8, s0);
            s1 = v.fma(w7, s1);
            s2 = v.fma(w6, s2);
            v = FloatVector.fromArray(S, in, b + 3 * PITCH);
            s1 = v.fma(w8, s1);
            s2 = v.fma(w7, s2);
            s3 = v.fma(w6, s3);
            v = FloatVector.fromArray(S, in, b + 4 * PITCH);
            s2 = v.fma(w8, s2);
            s3 = v.fma(w7, s3);
            v = FloatVector.fromArray(S, in, b + 5 * PITCH);
            s3 = v.fma(w8, s3);
            int o = outAt + x * outPitch;
            s0.intoArray(out, o);
            s1.intoArray(out, o + outPitch);
            s2.intoArray(out, o + 2 * outPitch);
            s3.intoArray(out, o + 3 * outPitch);
        }
    }

    /** Pixel by pixel at any stride. */
    private static void singlePixels(float[] in, int above, int middle, int below, int stride, float[] w, int wAt,
                                     int width, float[] out, int outAt, int outPitch) {
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
        for (int x = 0; x < width; x++) {
            int a = above + x * stride * PITCH;
            FloatVector v = FloatVector.fromArray(S, in, a);
            FloatVector s0 = v.fma(w0, bias);
            v = FloatVector.fromArray(S, in, a + PITCH);
            s0 = v.fma(w1, s0);
            v = FloatVector.fromArray(S, in, a + 2 * PITCH);
            s0 = v.fma(w2, s0);
            int m = middle + x * stride * PITCH;
            v = FloatVector.fromArray(S, in, m);
            s0 = v.fma(w3, s0);
            v = FloatVector.fromArray(S, in, m + PITCH);
            s0 = v.fma(w4, s0);
            v = FloatVector.fromArray(S, in, m + 2 * PITCH);
            s0 = v.fma(w5, s0);
            int b = below + x * stride * PITCH;
            v = FloatVector.fromArray(S, in, b);
            s0 = v.fma(w6, s0);
            v = FloatVector.fromArray(S, in, b + PITCH);
            s0 = v.fma(w7, s0);
            v = FloatVector.fromArray(S, in, b + 2 * PITCH);
            s0 = v.fma(w8, s0);
            s0.intoArray(out, outAt + x * outPitch);
        }
    }
}
