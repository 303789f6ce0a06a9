package io.github.shufflenet4j.kernel;

import java.util.Arrays;

/** The inner loops in plain Java, in the shape that the compiler vectorises by itself where it can. */
final class ScalarKernels implements Kernels {

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void multiply(float[] a, int lda, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc) {
        for (int i = 0; i < m; i++) {
            int row = i * lda;
            int out = cAt + i * ldc;
            Arrays.fill(c, out, out + n, 0);
            int p = 0;
            for (; p + 4 <= k; p += 4) {
                float a0 = a[row + p];
                float a1 = a[row + p + 1];
                float a2 = a[row + p + 2];
                float a3 = a[row + p + 3];
                int b0 = p * ldb;
                int b1 = b0 + ldb;
                int b2 = b1 + ldb;
                int b3 = b2 + ldb;
                for (int j = 0; j < n; j++) {
                    c[out + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + (a2 * b[b2 + j] + a3 * b[b3 + j]);
                }
            }
            for (; p < k; p++) {
                float a0 = a[row + p];
                int b0 = p * ldb;
                for (int j = 0; j < n; j++) {
                    c[out + j] += a0 * b[b0 + j];
                }
            }
        }
    }

    @Override
    public void multiplyTransposed(float[] a, int m, float[] b, int k, int ld, int n,
                                   float[] c, int cAt, int ldc) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < k; j += TILE_COLUMNS) {
                int a0 = i * ld;
                int b0 = j * ld;
                int b1 = b0 + ld;
                int b2 = b1 + ld;
                int b3 = b2 + ld;
                float c0 = 0;
                float c1 = 0;
                float c2 = 0;
                float c3 = 0;
                for (int p = 0; p < n; p++) {
                    float x = a[a0 + p];
                    c0 += x * b[b0 + p];
                    c1 += x * b[b1 + p];
                    c2 += x * b[b2 + p];
                    c3 += x * b[b3 + p];
                }
                float[] sums = {c0, c1, c2, c3};
                System.arraycopy(sums, 0, c, cAt + i * ldc + j, Math.min(TILE_COLUMNS, k - j));
            }
        }
    }

    @Override
    public void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut) {
        transposeRows(x, rows, columns, ld, out, ldOut);
    }

    /** Eight rows at a time, so that stores fill half a line of the cache. */
    static void transposeRows(float[] x, int rows, int columns, int ld, float[] out, int ldOut) {
        int i = 0;
        for (; i + 8 <= rows; i += 8) {
            int from = i * ld;
            for (int j = 0; j < columns; j++) {
                int to = j * ldOut + i;
                out[to] = x[from + j];
                out[to + 1] = x[from + ld + j];
                out[to + 2] = x[from + 2 * ld + j];
                out[to + 3] = x[from + 3 * ld + j];
                out[to + 4] = x[from + 4 * ld + j];
                out[to + 5] = x[from + 5 * ld + j];
                out[to + 6] = x[from + 6 * ld + j];
                out[to + 7] = x[from + 7 * ld + j];
            }
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out[j * ldOut + i] = x[i * ld + j];
            }
        }
    }

    @Override
    public double sum(float[] x, int at, int n) {
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            sum += x[i];
        }
        return sum;
    }

    @Override
    public double squares(float[] x, int at, int n, float centre) {
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            float distance = x[i] - centre;
            sum += distance * distance;
        }
        return sum;
    }

    @Override
    public void normalise(float[] y, int yAt, int n, ChannelNorm norm, float[] out, int outAt) {
        normaliseTail(y, yAt, 0, n, norm, out, outAt);
    }

    /** From index {@code i} on, as are the other methods of this name: the vector loops leave their tails here. */
    static void normaliseTail(float[] y, int yAt, int i, int n, ChannelNorm norm, float[] out, int outAt) {
        float mean = norm.mean();
        float scale = norm.scale();
        float shift = norm.shift();
        float floor = norm.floor();
        for (; i < n; i++) {
            out[outAt + i] = Math.max((y[yAt + i] - mean) * scale + shift, floor);
        }
    }

    @Override
    public void gradientSums(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, double[] sums, int at) {
        gradientSumsTail(d, dAt, y, yAt, 0, n, norm, sums, at);
    }

    static void gradientSumsTail(float[] d, int dAt, float[] y, int yAt, int i, int n, ChannelNorm norm,
                                 double[] sums, int at) {
        float mean = norm.mean();
        float scale = norm.scale();
        float shift = norm.shift();
        float floor = norm.floor();
        double plain = 0;
        double weighted = 0;
        for (; i < n; i++) {
            float centred = y[yAt + i] - mean;
            float g = centred * scale + shift > floor ? d[dAt + i] : 0;
            plain += g;
            weighted += g * centred;
        }
        sums[at] += plain;
        sums[at + 1] += weighted;
    }

    @Override
    public void gradient(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, float slope, float constant) {
        gradientTail(d, dAt, y, yAt, 0, n, norm, slope, constant);
    }

    static void gradientTail(float[] d, int dAt, float[] y, int yAt, int i, int n, ChannelNorm norm,
                             float slope, float constant) {
        float mean = norm.mean();
        float scale = norm.scale();
        float shift = norm.shift();
        float floor = norm.floor();
        for (; i < n; i++) {
            float centred = y[yAt + i] - mean;
            float g = centred * scale + shift > floor ? d[dAt + i] : 0;
            d[dAt + i] = g * scale + (centred * slope + constant);
        }
    }

    @Override
    public void add(float[] a, int aAt, float[] b, int bAt, int n) {
        addTail(a, aAt, b, bAt, 0, n);
    }

    static void addTail(float[] a, int aAt, float[] b, int bAt, int i, int n) {
        for (; i < n; i++) {
            a[aAt + i] += b[bAt + i];
        }
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] velocity, int n, MomentumStep step) {
        stepTail(parameters, gradient, velocity, 0, n, step);
    }

    static void stepTail(float[] parameters, float[] gradient, float[] velocity, int i, int n, MomentumStep step) {
        for (; i < n; i++) {
            float g = step.share() * gradient[i] + step.decay() * parameters[i];
            float v = step.momentum() * velocity[i] + step.gain() * g;
            velocity[i] = v;
            gradient[i] = step.alongVelocity() * v + step.alongGradient() * g;
        }
    }

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
    public void depthwise(float[] x, int xAt, int width, int n, Neighbours neighbours, float[] w, int wAt,
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
        float[] leftOf = neighbours.left();
        float[] rightOf = neighbours.right();
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
                                 Neighbours neighbours, float[] w, int wAt) {
        double[] sums = new double[9];
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < n; i++) {
                float g = d[dAt + image * pitch + i];
                float left = g * neighbours.left()[i];
                float right = g * neighbours.right()[i];
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
    public void depthwiseStride2(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
                                 float[] w, int wAt, float[] out, int outAt) {
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int tap = 0; tap < 9; tap++) {
                sum += w[wAt + tap] * inside(tap, neighbours, i) * phases[at + i + place(tap, pitch, width)];
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

    private static float inside(int tap, Neighbours neighbours, int i) {
        return tap % 3 == 0 ? neighbours.left()[i] : 1;
    }

    @Override
    public void depthwiseStride2Input(float[] d, int dAt, int width, int n, Neighbours neighbours, float[] w, int wAt,
                                      float[] phases, int at, int pitch) {
        for (int i = 0; i < n; i++) {
            float mask = neighbours.right()[i];
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
                                        int width, int n, Neighbours neighbours, float[] w, int wAt) {
        double[] sums = new double[9];
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < n; i++) {
                for (int tap = 0; tap < 9; tap++) {
                    sums[tap] += d[dAt + image * dPitch + i] * inside(tap, neighbours, i)
                        * phases[at + image * 4 * pitch + i + place(tap, pitch, width)];
                }
            }
        }
        store(sums, w, wAt);
    }

    @Override
    public void maxPool(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
                        float[] out, int outAt) {
        for (int i = 0; i < n; i++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int tap = 0; tap < 9; tap++) {
                if (inside(tap, neighbours, i) > 0) {
                    max = Math.max(max, phases[at + i + place(tap, pitch, width)]);
                }
            }
            out[outAt + i] = max;
        }
    }

    @Override
    public void maxPoolIndex(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
                             float[] index, int indexAt) {
        for (int i = 0; i < n; i++) {
            float max = Float.NEGATIVE_INFINITY;
            int found = 0;
            for (int tap = 0; tap < 9; tap++) {
                float x = phases[at + i + place(tap, pitch, width)];
                if (inside(tap, neighbours, i) > 0 && x > max) {
                    max = x;
                    found = tap;
                }
            }
            index[indexAt + i] = found;
        }
    }

    @Override
    public void maxPoolInput(float[] d, int dAt, float[] index, int indexAt, int width, int n, Neighbours neighbours,
                             float[] phases, int at, int pitch) {
        for (int i = 0; i < n; i++) {
            boolean inside = neighbours.right()[i] > 0;
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
