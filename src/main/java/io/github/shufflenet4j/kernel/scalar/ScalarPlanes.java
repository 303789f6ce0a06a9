package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.EdgeMasks;
import io.github.shufflenet4j.kernel.PlaneKernels;

/** Depthwise convolution and max pooling of planes. */
final class ScalarPlanes implements PlaneKernels {

    @Override
    public void everySecond(float[] x, int xAt, float[] out, int outAt, int n) {
        for (int i = 0; i < n; i++) {
            out[outAt + i] = x[xAt + 2 * i];
        }
    }

    @Override
    public void split(float[] x, int xAt, int height, int width, float[] phases, int at, int pitch, float fill) {
        int halfHeight = (height + 1) / 2;
        int halfWidth = (width + 1) / 2;
        for (int row = 0; row < 2 * halfHeight; row++) {
            for (int column = 0; column < 2 * halfWidth; column++) {
                boolean inside = row < height && column < width;
                phases[phase(row, column, at, pitch, halfWidth)] = inside ? x[xAt + row * width + column] : fill;
            }
        }
    }

    @Override
    public void merge(float[] phases, int at, int pitch, int height, int width, float[] x, int xAt) {
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                x[xAt + row * width + column] = phases[phase(row, column, at, pitch, (width + 1) / 2)];
            }
        }
    }

    private static int phase(int row, int column, int at, int pitch, int halfWidth) {
        return at + (row % 2 * 2 + column % 2) * pitch + row / 2 * halfWidth + column / 2;
    }

    @Override
    public void depthwise(float[] x, int xAt, int width, int n, EdgeMasks masks, float[] w, int wAt,
                          float[] out, int outAt) {
        float w0 = w[wAt];
        float w1 = w[wAt + 1];
        float w2 = w[wAt + 2];
        float w3 = w[wAt + 3];
        float w4 = w[wAt + 4];
        float w5 = w[wAt + 5];
        float w6 = w[wAt + 6];
        float w7 = w[wAt + 7];
        float w8 = w[wAt + 8];
        float[] leftOf = masks.left();
        float[] rightOf = masks.right();
        int above = xAt - width;
        int below = xAt + width;
        for (int i = 0; i < n; i++) {
            float middle = w1 * x[above + i] + w4 * x[xAt + i] + w7 * x[below + i];
            float left = w0 * x[above + i - 1] + w3 * x[xAt + i - 1] + w6 * x[below + i - 1];
            float right = w2 * x[above + i + 1] + w5 * x[xAt + i + 1] + w8 * x[below + i + 1];
            out[outAt + i] = middle + left * leftOf[i] + right * rightOf[i];
        }
    }

    @Override
    public void depthwiseWeights(float[] x, int xAt, float[] d, int dAt, int pitch, int images, int width, int n,
                                 EdgeMasks masks, float[] w, int wAt) {
        double[] sums = new double[9];
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < n; i++) {
                float g = d[dAt + image * pitch + i];
                float left = g * masks.left()[i];
                float right = g * masks.right()[i];
                for (int row = 0; row < 3; row++) {
                    int from = xAt + image * pitch + i + (row - 1) * width;
                    sums[3 * row] += left * x[from - 1];
                    sums[3 * row + 1] += g * x[from];
                    sums[3 * row + 2] += right * x[from + 1];
                }
            }
        }
        store(sums, w, wAt);
    }

    private static void store(double[] sums, float[] w, int wAt) {
        for (int tap = 0; tap < 9; tap++) {
            w[wAt + tap] = (float) sums[tap];
        }
    }

    @Override
    public void depthwiseStride2(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                                 float[] w, int wAt, float[] out, int outAt) {
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int tap = 0; tap < 9; tap++) {
                sum += w[wAt + tap] * inside(tap, masks, i) * phases[at + i + place(tap, pitch, width)];
            }
            out[outAt + i] = sum;
        }
    }

    /** Where a window's pixel lies among the phases, from the place of its centre. */
    private static int place(int tap, int pitch, int width) {
        return switch (tap) {
            case 0 -> 3 * pitch - width - 1;
            case 1 -> 2 * pitch - width;
            case 2 -> 3 * pitch - width;
            case 3 -> pitch - 1;
            case 4 -> 0;
            case 5 -> pitch;
            case 6 -> 3 * pitch - 1;
            case 7 -> 2 * pitch;
            default -> 3 * pitch;
        };
    }

    private static float inside(int tap, EdgeMasks masks, int i) {
        return tap % 3 == 0 ? masks.left()[i] : 1;
    }

    @Override
    public void depthwiseStride2Input(float[] d, int dAt, int width, int n, EdgeMasks masks, float[] w, int wAt,
                                      float[] phases, int at, int pitch) {
        for (int i = 0; i < n; i++) {
            float mask = masks.right()[i];
            float here = d[dAt + i];
            float right = d[dAt + i + 1] * mask;
            float below = d[dAt + i + width];
            float belowRight = d[dAt + i + width + 1] * mask;
            phases[at + i] = w[wAt + 4] * here;
            phases[at + pitch + i] = w[wAt + 5] * here + w[wAt + 3] * right;
            phases[at + 2 * pitch + i] = w[wAt + 7] * here + w[wAt + 1] * below;
            phases[at + 3 * pitch + i] = w[wAt + 8] * here + w[wAt + 6] * right
                + w[wAt + 2] * below + w[wAt] * belowRight;
        }
    }

    @Override
    public void depthwiseStride2Weights(float[] phases, int at, int pitch, float[] d, int dAt, int dPitch, int images,
                                        int width, int n, EdgeMasks masks, float[] w, int wAt) {
        double[] sums = new double[9];
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < n; i++) {
                for (int tap = 0; tap < 9; tap++) {
                    sums[tap] += d[dAt + image * dPitch + i] * inside(tap, masks, i)
                        * phases[at + image * 4 * pitch + i + place(tap, pitch, width)];
                }
            }
        }
        store(sums, w, wAt);
    }

    @Override
    public void maxPool(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                        float[] out, int outAt) {
        for (int i = 0; i < n; i++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int tap = 0; tap < 9; tap++) {
                if (inside(tap, masks, i) > 0) {
                    max = Math.max(max, phases[at + i + place(tap, pitch, width)]);
                }
            }
            out[outAt + i] = max;
        }
    }

    @Override
    public void maxPoolIndex(float[] phases, int at, int pitch, int width, int n, EdgeMasks masks,
                             float[] index, int indexAt) {
        for (int i = 0; i < n; i++) {
            float max = Float.NEGATIVE_INFINITY;
            int found = 0;
            for (int tap = 0; tap < 9; tap++) {
                float x = phases[at + i + place(tap, pitch, width)];
                if (inside(tap, masks, i) > 0 && x > max) {
                    max = x;
                    found = tap;
                }
            }
            index[indexAt + i] = found;
        }
    }

    @Override
    public void maxPoolInput(float[] d, int dAt, float[] index, int indexAt, int width, int n, EdgeMasks masks,
                             float[] phases, int at, int pitch) {
        for (int i = 0; i < n; i++) {
            boolean inside = masks.right()[i] > 0;
            for (int phase = 0; phase < 4; phase++) {
                phases[at + phase * pitch + i] = 0;
            }
            for (int tap = 0; tap < 9; tap++) {
                // The output whose window holds, as its pixel `tap`, a pixel of cell i.
                int column = tap % 3 == 0 ? 1 : 0;
                int from = i + column + (tap < 3 ? width : 0);
                if ((column == 0 || inside) && index[indexAt + from] == tap) {
                    int phase = (tap / 3 == 1 ? 0 : 2) + (tap % 3 == 1 ? 0 : 1);
                    phases[at + phase * pitch + i] += d[dAt + from];
                }
            }
        }
    }
}
