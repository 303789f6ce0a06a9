package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;
import static io.github.shufflenet4j.kernel.vector.Species.sumLanes;

import io.github.shufflenet4j.kernel.EdgeMasks;
import io.github.shufflenet4j.kernel.PlaneKernels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/** Depthwise convolution and max pooling of planes. */
final class VectorPlanes implements PlaneKernels {

    private static final int TAPS = 9;

    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> (2 * i + 1) % L);
    private static final VectorShuffle<Float> LOWER_TWICE = VectorShuffle.fromOp(S, i -> i / 2);
    private static final VectorShuffle<Float> UPPER_TWICE = VectorShuffle.fromOp(S, i -> (L + i) / 2);
    private static final VectorMask<Float> UPPER_LANES = VectorMask.fromLong(S, -1L << L / 2);
    private static final VectorMask<Float> ODD_LANES = VectorMask.fromLong(S, 0xAAAA_AAAA_AAAA_AAAAL);

    @Override
    public void everySecond(float[] x, int xAt, float[] out, int outAt, int n) {
        for (int i = 0; i < n; i += L) {
            FloatVector lower = FloatVector.fromArray(S, x, xAt + 2 * i);
            FloatVector upper = FloatVector.fromArray(S, x, xAt + 2 * i + L);
            lower.rearrange(EVEN).blend(upper.rearrange(EVEN), UPPER_LANES).intoArray(out, outAt + i);
        }
    }

    @Override
    public void split(float[] x, int xAt, int height, int width, float[] phases, int at, int pitch, float fill) {
        int half = (width + 1) / 2;
        for (int row = 0; row < height; row++) {
            int even = at + row % 2 * 2 * pitch + row / 2 * half;
            for (int i = 0; i < half; i += L) {
                FloatVector lower = FloatVector.fromArray(S, x, xAt + 2 * i);
                FloatVector upper = FloatVector.fromArray(S, x, xAt + 2 * i + L);
                lower.rearrange(EVEN).blend(upper.rearrange(EVEN), UPPER_LANES).intoArray(phases, even + i);
                lower.rearrange(ODD).blend(upper.rearrange(ODD), UPPER_LANES).intoArray(phases, even + pitch + i);
            }
            if (width % 2 == 1) {
                phases[even + pitch + half - 1] = fill;
            }
            xAt += width;
        }
        if (height % 2 == 1) {
            int last = at + 2 * pitch + height / 2 * half;
            Arrays.fill(phases, last, last + half, fill);
            Arrays.fill(phases, last + pitch, last + pitch + half, fill);
        }
    }

    @Override
    public void merge(float[] phases, int at, int pitch, int height, int width, float[] x, int xAt) {
        int half = (width + 1) / 2;
        for (int row = 0; row < height; row++) {
            int from = at + row % 2 * 2 * pitch + row / 2 * half;
            for (int i = 0; i < half; i += L) {
                FloatVector even = FloatVector.fromArray(S, phases, from + i);
                FloatVector odd = FloatVector.fromArray(S, phases, from + pitch + i);
                even.rearrange(LOWER_TWICE).blend(odd.rearrange(LOWER_TWICE), ODD_LANES).intoArray(x, xAt + 2 * i);
                even.rearrange(UPPER_TWICE).blend(odd.rearrange(UPPER_TWICE), ODD_LANES)
                    .intoArray(x, xAt + 2 * i + L);
            }
            xAt += width;
        }
    }

    @Override
    public void depthwise(float[] x, int xAt, int width, int n, EdgeMasks masks, float[] w, int wAt,
                          float[] out, int outAt) {
        FloatVector w0 = FloatVector.broadcast(S, w[wAt]);
        FloatVector w1 = FloatVector.broadcast(S, w[wAt + 1]);
        FloatVector w2 = FloatVector.broadcast(S, w[wAt + 2]);
        FloatVector w3 = FloatVector.broadcast(S, w[wAt + 3]);
        FloatVector w4 = FloatVector.broadcast(S, w[wAt + 4]);
        FloatVector w5 = FloatVector.broadcast(S, w[wAt + 5]);
        FloatVector w6 = FloatVector.broadcast(S, w[wAt + 6]);
        FloatVector w7 = FloatVector.broadcast(S, w[wAt + 7]);
        FloatVector w8 = FloatVector.broadcast(S, w[wAt + 8]);
        for (int i = 0; i < n; i += L) {
            int above = xAt + i - width;
            int here = xAt + i;
            int below = xAt + i + width;
            FloatVector middle = FloatVector.fromArray(S, x, above).mul(w1);
            FloatVector left = FloatVector.fromArray(S, x, above - 1).mul(w0);
            FloatVector right = FloatVector.fromArray(S, x, above + 1).mul(w2);
            middle = FloatVector.fromArray(S, x, here).fma(w4, middle);
            left = FloatVector.fromArray(S, x, here - 1).fma(w3, left);
            right = FloatVector.fromArray(S, x, here + 1).fma(w5, right);
            middle = FloatVector.fromArray(S, x, below).fma(w7, middle);
            left = FloatVector.fromArray(S, x, below - 1).fma(w6, left);
            right = FloatVector.fromArray(S, x, below + 1).fma(w8, right);
            middle = left.fma(FloatVector.fromArray(S, masks.left(), i), middle);
            right.fma(FloatVector.fromArray(S, masks.right(), i), middle).intoArray(out, outAt + i);
        }
    }

    @Override
    public void depthwiseWeights(float[] x, int xAt, float[] d, int dAt, int pitch, int images, int width, int n,
                                 EdgeMasks masks, float[] w, int wAt) {
        float[] lanes = new float[TAPS * L];
        for (int image = 0; image < images; image++) {
            addWeights(x, xAt + image * pitch, d, dAt + image * pitch, width, n, masks, lanes);
        }
        sumTaps(lanes, w, wAt);
    }

    /** One image; accumulators that lived on from image to image would not stay in registers. */
    private static void addWeights(float[] x, int xAt, float[] d, int dAt, int width, int n, EdgeMasks masks,
                                   float[] lanes) {
        FloatVector w0 = FloatVector.fromArray(S, lanes, 0);
        FloatVector w1 = FloatVector.fromArray(S, lanes, L);
        FloatVector w2 = FloatVector.fromArray(S, lanes, 2 * L);
        FloatVector w3 = FloatVector.fromArray(S, lanes, 3 * L);
        FloatVector w4 = FloatVector.fromArray(S, lanes, 4 * L);
        FloatVector w5 = FloatVector.fromArray(S, lanes, 5 * L);
        FloatVector w6 = FloatVector.fromArray(S, lanes, 6 * L);
        FloatVector w7 = FloatVector.fromArray(S, lanes, 7 * L);
        FloatVector w8 = FloatVector.fromArray(S, lanes, 8 * L);
        for (int i = 0; i < n; i += L) {
            int above = xAt + i - width;
            int here = xAt + i;
            int below = xAt + i + width;
            FloatVector g = FloatVector.fromArray(S, d, dAt + i);
            FloatVector left = g.mul(FloatVector.fromArray(S, masks.left(), i));
            FloatVector right = g.mul(FloatVector.fromArray(S, masks.right(), i));
            w0 = FloatVector.fromArray(S, x, above - 1).fma(left, w0);
            w1 = FloatVector.fromArray(S, x, above).fma(g, w1);
            w2 = FloatVector.fromArray(S, x, above + 1).fma(right, w2);
            w3 = FloatVector.fromArray(S, x, here - 1).fma(left, w3);
            w4 = FloatVector.fromArray(S, x, here).fma(g, w4);
            w5 = FloatVector.fromArray(S, x, here + 1).fma(right, w5);
            w6 = FloatVector.fromArray(S, x, below - 1).fma(left, w6);
            w7 = FloatVector.fromArray(S, x, below).fma(g, w7);
            w8 = FloatVector.fromArray(S, x, below + 1).fma(right, w8);
        }
        w0.intoArray(lanes, 0);
        w1.intoArray(lanes, L);
        w2.intoArray(lanes, 2 * L);
        w3.intoArray(lanes, 3 * L);
        w4.intoArray(lanes, 4 * L);
        w5.intoArray(lanes, 5 * L);
        w6.intoArray(lanes, 6 * L);
        w7.intoArray(lanes, 7 * L);
        w8.intoArray(lanes, 8 * L);
    }

    private static void sumTaps(float[] lanes, float[] w, int wAt) {
        for (int tap = 0; tap < TAPS; tap++) {
            w[wAt + tap] = sumLanes(lanes, tap * L);
        }
    }

    @Override
    public void depthwiseStride2(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                                 float[] w, int wAt, float[] out, int outAt) {
        FloatVector w0 = FloatVector.broadcast(S, w[wAt]);
        FloatVector w1 = FloatVector.broadcast(S, w[wAt + 1]);
        FloatVector w2 = FloatVector.broadcast(S, w[wAt + 2]);
        FloatVector w3 = FloatVector.broadcast(S, w[wAt + 3]);
        FloatVector w4 = FloatVector.broadcast(S, w[wAt + 4]);
        FloatVector w5 = FloatVector.broadcast(S, w[wAt + 5]);
        FloatVector w6 = FloatVector.broadcast(S, w[wAt + 6]);
        FloatVector w7 = FloatVector.broadcast(S, w[wAt + 7]);
        FloatVector w8 = FloatVector.broadcast(S, w[wAt + 8]);
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector sum = FloatVector.fromArray(S, phases, oe - width).mul(w1);
            sum = FloatVector.fromArray(S, phases, oo - width).fma(w2, sum);
            sum = FloatVector.fromArray(S, phases, ee).fma(w4, sum);
            sum = FloatVector.fromArray(S, phases, eo).fma(w5, sum);
            sum = FloatVector.fromArray(S, phases, oe).fma(w7, sum);
            sum = FloatVector.fromArray(S, phases, oo).fma(w8, sum);
            FloatVector left = FloatVector.fromArray(S, phases, oo - width - 1).mul(w0);
            left = FloatVector.fromArray(S, phases, eo - 1).fma(w3, left);
            left = FloatVector.fromArray(S, phases, oo - 1).fma(w6, left);
            left.fma(FloatVector.fromArray(S, masks.left(), i), sum).intoArray(out, outAt + i);
        }
    }

    @Override
    public void depthwiseStride2Input(float[] d, int dAt, int width, int n, EdgeMasks masks, float[] w, int wAt,
                                      float[] phases, int at, int pitch) {
        FloatVector w0 = FloatVector.broadcast(S, w[wAt]);
        FloatVector w1 = FloatVector.broadcast(S, w[wAt + 1]);
        FloatVector w2 = FloatVector.broadcast(S, w[wAt + 2]);
        FloatVector w3 = FloatVector.broadcast(S, w[wAt + 3]);
        FloatVector w4 = FloatVector.broadcast(S, w[wAt + 4]);
        FloatVector w5 = FloatVector.broadcast(S, w[wAt + 5]);
        FloatVector w6 = FloatVector.broadcast(S, w[wAt + 6]);
        FloatVector w7 = FloatVector.broadcast(S, w[wAt + 7]);
        FloatVector w8 = FloatVector.broadcast(S, w[wAt + 8]);
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector mask = FloatVector.fromArray(S, masks.right(), i);
            FloatVector here = FloatVector.fromArray(S, d, dAt + i);
            FloatVector right = FloatVector.fromArray(S, d, dAt + i + 1).mul(mask);
            FloatVector below = FloatVector.fromArray(S, d, dAt + i + width);
            FloatVector belowRight = FloatVector.fromArray(S, d, dAt + i + width + 1).mul(mask);
            here.mul(w4).intoArray(phases, ee);
            right.fma(w3, here.mul(w5)).intoArray(phases, eo);
            below.fma(w1, here.mul(w7)).intoArray(phases, oe);
            belowRight.fma(w0, below.fma(w2, right.fma(w6, here.mul(w8)))).intoArray(phases, oo);
        }
    }

    @Override
    public void depthwiseStride2Weights(float[] phases, int at, int pitch, float[] d, int dAt, int dPitch, int images,
                                        int width, int n, EdgeMasks masks, float[] w, int wAt) {
        float[] lanes = new float[TAPS * L];
        for (int image = 0; image < images; image++) {
            addWeightsStride2(phases, at + image * 4 * pitch, pitch, d, dAt + image * dPitch, width, n, masks,
                lanes);
        }
        sumTaps(lanes, w, wAt);
    }

    private static void addWeightsStride2(float[] phases, int at, int pitch, float[] d, int dAt, int width, int n,
                                          EdgeMasks masks, float[] lanes) {
        FloatVector w0 = FloatVector.fromArray(S, lanes, 0);
        FloatVector w1 = FloatVector.fromArray(S, lanes, L);
        FloatVector w2 = FloatVector.fromArray(S, lanes, 2 * L);
        FloatVector w3 = FloatVector.fromArray(S, lanes, 3 * L);
        FloatVector w4 = FloatVector.fromArray(S, lanes, 4 * L);
        FloatVector w5 = FloatVector.fromArray(S, lanes, 5 * L);
        FloatVector w6 = FloatVector.fromArray(S, lanes, 6 * L);
        FloatVector w7 = FloatVector.fromArray(S, lanes, 7 * L);
        FloatVector w8 = FloatVector.fromArray(S, lanes, 8 * L);
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector g = FloatVector.fromArray(S, d, dAt + i);
            FloatVector left = g.mul(FloatVector.fromArray(S, masks.left(), i));
            w0 = FloatVector.fromArray(S, phases, oo - width - 1).fma(left, w0);
            w1 = FloatVector.fromArray(S, phases, oe - width).fma(g, w1);
            w2 = FloatVector.fromArray(S, phases, oo - width).fma(g, w2);
            w3 = FloatVector.fromArray(S, phases, eo - 1).fma(left, w3);
            w4 = FloatVector.fromArray(S, phases, ee).fma(g, w4);
            w5 = FloatVector.fromArray(S, phases, eo).fma(g, w5);
            w6 = FloatVector.fromArray(S, phases, oo - 1).fma(left, w6);
            w7 = FloatVector.fromArray(S, phases, oe).fma(g, w7);
            w8 = FloatVector.fromArray(S, phases, oo).fma(g, w8);
        }
        w0.intoArray(lanes, 0);
        w1.intoArray(lanes, L);
        w2.intoArray(lanes, 2 * L);
        w3.intoArray(lanes, 3 * L);
        w4.intoArray(lanes, 4 * L);
        w5.intoArray(lanes, 5 * L);
        w6.intoArray(lanes, 6 * L);
        w7.intoArray(lanes, 7 * L);
        w8.intoArray(lanes, 8 * L);
    }

    @Override
    public void maxPool(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                        float[] out, int outAt) {
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector left = FloatVector.fromArray(S, phases, oo - width - 1)
                .max(FloatVector.fromArray(S, phases, eo - 1))
                .max(FloatVector.fromArray(S, phases, oo - 1));
            FloatVector max = FloatVector.fromArray(S, phases, oe - width)
                .max(FloatVector.fromArray(S, phases, oo - width))
                .max(FloatVector.fromArray(S, phases, ee))
                .max(FloatVector.fromArray(S, phases, eo))
                .max(FloatVector.fromArray(S, phases, oe))
                .max(FloatVector.fromArray(S, phases, oo));
            max.max(onlyInside(left, masks, i)).intoArray(out, outAt + i);
        }
    }

    /** Minus infinity where there is no left neighbour. */
    private static FloatVector onlyInside(FloatVector left, EdgeMasks masks, int i) {
        VectorMask<Float> border = FloatVector.fromArray(S, masks.left(), i).compare(VectorOperators.LT, 0.5f);
        return left.blend(Float.NEGATIVE_INFINITY, border);
    }

    @Override
    public void maxPoolIndex(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                             float[] index, int indexAt) {
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector max = onlyInside(FloatVector.fromArray(S, phases, oo - width - 1), masks, i);
            FloatVector found = FloatVector.zero(S);
            FloatVector x = FloatVector.fromArray(S, phases, oe - width);
            found = found.blend(1, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, oo - width);
            found = found.blend(2, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = onlyInside(FloatVector.fromArray(S, phases, eo - 1), masks, i);
            found = found.blend(3, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, ee);
            found = found.blend(4, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, eo);
            found = found.blend(5, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = onlyInside(FloatVector.fromArray(S, phases, oo - 1), masks, i);
            found = found.blend(6, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, oe);
            found = found.blend(7, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, oo);
            found = found.blend(8, x.compare(VectorOperators.GT, max));
            found.intoArray(index, indexAt + i);
        }
    }

    @Override
    public void maxPoolInput(float[] d, int dAt, float[] index, int indexAt, int width, int n, EdgeMasks masks,
                             float[] phases, int at, int pitch) {
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector mask = FloatVector.fromArray(S, masks.right(), i);
            FloatVector here = FloatVector.fromArray(S, d, dAt + i);
            FloatVector right = FloatVector.fromArray(S, d, dAt + i + 1).mul(mask);
            FloatVector below = FloatVector.fromArray(S, d, dAt + i + width);
            FloatVector belowRight = FloatVector.fromArray(S, d, dAt + i + width + 1).mul(mask);
            FloatVector hereIndex = FloatVector.fromArray(S, index, indexAt + i);
            FloatVector rightIndex = FloatVector.fromArray(S, index, indexAt + i + 1);
            FloatVector belowIndex = FloatVector.fromArray(S, index, indexAt + i + width);
            FloatVector belowRightIndex = FloatVector.fromArray(S, index, indexAt + i + width + 1);
            where(here, hereIndex, 4).intoArray(phases, ee);
            where(here, hereIndex, 5).add(where(right, rightIndex, 3)).intoArray(phases, eo);
            where(here, hereIndex, 7).add(where(below, belowIndex, 1)).intoArray(phases, oe);
            where(here, hereIndex, 8).add(where(right, rightIndex, 6)).add(where(below, belowIndex, 2))
                .add(where(belowRight, belowRightIndex, 0)).intoArray(phases, oo);
        }
    }

    private static FloatVector where(FloatVector d, FloatVector index, float wanted) {
        return FloatVector.zero(S).blend(d, index.compare(VectorOperators.EQ, wanted));
    }
}
