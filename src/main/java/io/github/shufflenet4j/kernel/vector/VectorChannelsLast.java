package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.Rounding;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The kernels of inference: convolutions by tiles, pooling and copies. */
final class VectorChannelsLast implements ChannelsLastKernels {

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
        // A pixel by itself would wait for each multiply-add to end: it is computed three times, no slower.
        boolean single = width < NARROW;
        int step = single ? 1 : width >= WIDE && HAS_32_REGISTERS ? WIDE : NARROW;
        int tile = Math.max(step, NARROW);
        for (int panel = from; panel < to; panel++) {
            for (int row = 0; row < rows; row++) {
                for (int x = 0; x < width; x += step) {
                    // The last tile overlaps the one before: its results are the same, and nothing is left over.
                    int start = Math.min(x, width - step);
                    tile(tile, in, inAt + row * inRowPitch + start * inPitch, single ? 0 : inPitch, weights, panel,
                        out, outAt + row * outRowPitch + start * outPitch, single ? 0 : outPitch);
                }
            }
        }
    }

    private static void tile(int pixels, float[] in, int inAt, int inPitch, PointwiseWeights weights, int panel,
                             float[] out, int outAt, int outPitch) {
        int first = weights.firstOutput(panel);
        int vectors = (weights.firstOutput(panel + 1) - first) / L;
        int k = weights.inputs();
        float[] w = weights.data();
        int at = weights.panelAt(panel);
        int minimum = weights.minimumBits();
        int o = outAt + first;
        switch (pixels * (PointwiseWeights.PANEL_VECTORS + 1) + vectors) {
            case 4 * WIDE + 3 -> PointwiseTiles.tile7x3(in, inAt, inPitch, k, w, at, minimum, out, o, outPitch);
            case 4 * WIDE + 2 -> PointwiseTiles.tile7x2(in, inAt, inPitch, k, w, at, minimum, out, o, outPitch);
            case 4 * WIDE + 1 -> PointwiseTiles.tile7x1(in, inAt, inPitch, k, w, at, minimum, out, o, outPitch);
            case 4 * NARROW + 3 -> PointwiseTiles.tile3x3(in, inAt, inPitch, k, w, at, minimum, out, o, outPitch);
            case 4 * NARROW + 2 -> PointwiseTiles.tile3x2(in, inAt, inPitch, k, w, at, minimum, out, o, outPitch);
            default -> PointwiseTiles.tile3x1(in, inAt, inPitch, k, w, at, minimum, out, o, outPitch);
        }
    }

    @Override
    public void windows(float[] in, int[] taps, int width, PointwiseWeights weights,
                        float[] out, int outAt, int outPitch) {
        float[] w = weights.data();
        int minimum = weights.minimumBits();
        for (int panel = 0; panel < weights.panels(); panel++) {
            int first = weights.firstOutput(panel);
            int vectors = (weights.firstOutput(panel + 1) - first) / L;
            int tile = vectors == 2 && HAS_32_REGISTERS && width >= WIDE ? WIDE : NARROW;
            int wAt = weights.panelAt(panel);
            for (int x = 0; x < width; x += tile) {
                int start = Math.min(x, width - tile);
                int o = outAt + start * outPitch + first;
                switch (4 * tile + vectors) {
                    case 4 * WIDE + 2 -> WindowTiles.windows7x2(in, taps, 2 * start, w, wAt, minimum, out, o, outPitch);
                    case 4 * NARROW + 3 ->
                        WindowTiles.windows3x3(in, taps, 2 * start, w, wAt, minimum, out, o, outPitch);
                    case 4 * NARROW + 2 ->
                        WindowTiles.windows3x2(in, taps, 2 * start, w, wAt, minimum, out, o, outPitch);
                    default -> WindowTiles.windows3x1(in, taps, 2 * start, w, wAt, minimum, out, o, outPitch);
                }
            }
        }
    }

    @Override
    public void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride,
                          DepthwiseWeights weights, int from, int to, int width,
                          float[] out, int outAt, int outPitch) {
        float[] w = weights.data();
        for (int vector = from; vector < to; vector++) {
            int c = vector * L;
            int wAt = weights.at(vector);
            if (stride == 1 && width >= 4) {
                DepthwiseRows.fourPixels(in, above + c, middle + c, below + c, inPitch, w, wAt,
                    Rounding.ceilDiv(width, 4), width - 4, out, outAt + c, outPitch);
            } else {
                DepthwiseRows.singlePixels(in, above + c, middle + c, below + c, inPitch, stride, w, wAt, width,
                    out, outAt + c, outPitch);
            }
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
}
