package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.FusedMultiplyAdd;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.WeightPacking;
import java.util.Arrays;

/** The kernels of inference. */
final class ScalarChannelsLast implements ChannelsLastKernels {

    private static final int PANEL_VECTORS = 3;

    private final WeightPacking packing;

    ScalarChannelsLast(int lanes) {
        this.packing = new WeightPacking(lanes, PANEL_VECTORS);
    }

    @Override
    public WeightPacking packing() {
        return packing;
    }

    @Override
    public void pointwise(float[] in, int inAt, int inRowPitch, int inPitch, int rows, int width,
                          PointwiseWeights weights, int from, int to,
                          float[] out, int outAt, int outRowPitch, int outPitch) {
        for (int panel = from; panel < to; panel++) {
            int first = weights.firstOutput(panel);
            int n = weights.firstOutput(panel + 1) - first;
            for (int row = 0; row < rows; row++) {
                for (int x = 0; x < width; x++) {
                    pixel(in, inAt + row * inRowPitch + x * inPitch, weights, weights.panelAt(panel), n,
                        out, outAt + row * outRowPitch + x * outPitch + first);
                }
            }
        }
    }

    private static void pixel(float[] in, int inAt, PointwiseWeights weights, int at, int n, float[] out, int outAt) {
        float[] w = weights.data();
        System.arraycopy(w, at, out, outAt, n);
        at += n;
        for (int k = 0; k < weights.inputs(); k++, at += n) {
            axpy(in[inAt + k], w, at, n, out, outAt);
        }
        if (weights.relu()) {
            relu(n, out, outAt);
        }
    }

    @Override
    public void windows(float[] in, int[] taps, int width, PointwiseWeights weights,
                        float[] out, int outAt, int outPitch) {
        float[] w = weights.data();
        for (int panel = 0; panel < weights.panels(); panel++) {
            int first = weights.firstOutput(panel);
            int n = weights.firstOutput(panel + 1) - first;
            for (int x = 0; x < width; x++) {
                int o = outAt + x * outPitch + first;
                int at = weights.panelAt(panel);
                System.arraycopy(w, at, out, o, n);
                for (int tap : taps) {
                    at += n;
                    axpy(in[tap + 2 * x], w, at, n, out, o);
                }
                if (weights.relu()) {
                    relu(n, out, o);
                }
            }
        }
    }

    private static void axpy(float x, float[] w, int at, int n, float[] out, int outAt) {
        for (int i = 0; i < n; i++) {
            out[outAt + i] = FusedMultiplyAdd.of(w[at + i], x, out[outAt + i]);
        }
    }

    private static void relu(int n, float[] out, int outAt) {
        for (int i = 0; i < n; i++) {
            out[outAt + i] = Math.max(0, out[outAt + i]);
        }
    }

    @Override
    public void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride,
                          DepthwiseWeights weights, int from, int to, int width,
                          float[] out, int outAt, int outPitch) {
        for (int vector = from; vector < to; vector++) {
            int channel = vector * lanes();
            int at = weights.at(vector);
            for (int x = 0; x < width; x++) {
                int o = outAt + x * outPitch + channel;
                int left = x * stride * inPitch + channel;
                System.arraycopy(weights.data(), at, out, o, lanes());
                for (int tap = 0; tap < 9; tap++) {
                    int row = tap < 3 ? above : tap < 6 ? middle : below;
                    tap(in, row + left + tap % 3 * inPitch, weights.data(), at + (1 + tap) * lanes(), out, o);
                }
            }
        }
    }

    private void tap(float[] in, int inAt, float[] w, int at, float[] out, int outAt) {
        for (int i = 0; i < lanes(); i++) {
            out[outAt + i] = FusedMultiplyAdd.of(w[at + i], in[inAt + i], out[outAt + i]);
        }
    }

    @Override
    public void maxPool(float[] in, int above, int middle, int below, int inPitch, int vectors, int width,
                        float[] out, int outAt, int outPitch) {
        int n = vectors * lanes();
        for (int x = 0; x < width; x++) {
            int o = outAt + x * outPitch;
            int left = 2 * x * inPitch;
            System.arraycopy(in, above + left, out, o, n);
            for (int column = 0; column < 3; column++) {
                max(in, above + left + column * inPitch, out, o, n);
                max(in, middle + left + column * inPitch, out, o, n);
                max(in, below + left + column * inPitch, out, o, n);
            }
        }
    }

    private static void max(float[] in, int inAt, float[] out, int outAt, int n) {
        for (int i = 0; i < n; i++) {
            out[outAt + i] = Math.max(in[inAt + i], out[outAt + i]);
        }
    }

    @Override
    public void average(float[] in, int inAt, int inPitch, int pixels, int vectors, float[] out, int outAt) {
        int n = vectors * lanes();
        Arrays.fill(out, outAt, outAt + n, 0);
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int i = 0; i < n; i++) {
                out[outAt + i] += in[inAt + pixel * inPitch + i];
            }
        }
        float share = 1f / pixels;
        for (int i = 0; i < n; i++) {
            out[outAt + i] *= share;
        }
    }

    @Override
    public void copy(float[] in, int inAt, int inPitch, int pixels, int length, float[] out, int outAt, int outPitch) {
        int rounded = Rounding.up(length, lanes());
        for (int pixel = 0; pixel < pixels; pixel++) {
            System.arraycopy(in, inAt + pixel * inPitch, out, outAt + pixel * outPitch, rounded);
        }
    }
}
