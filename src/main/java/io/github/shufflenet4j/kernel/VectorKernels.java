package io.github.shufflenet4j.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops in the Vector API, at the processor's preferred vector length.
 *
 * <p>Vectors stay in registers only as long as the compiler sees no branch among them: hence accumulators that are set
 * without conditions, maxima and blends instead of tests, and tiles written out.
 */
final class VectorKernels implements Kernels {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** How many floats are summed in single precision before the sum goes on in double. */
    private static final int CHUNK = 4096;
    private static final int TAPS = 9;

    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> (2 * i + 1) % L);
    private static final VectorShuffle<Float> LOWER_TWICE = VectorShuffle.fromOp(S, i -> i / 2);
    private static final VectorShuffle<Float> UPPER_TWICE = VectorShuffle.fromOp(S, i -> (L + i) / 2);
    private static final VectorMask<Float> UPPER_LANES = VectorMask.fromLong(S, -1L << L / 2);
    private static final VectorMask<Float> ODD_LANES = VectorMask.fromLong(S, 0xAAAA_AAAA_AAAA_AAAAL);

    @Override
    public int lanes() {
        return L;
    }

    @Override
    public void multiply(float[] a, int lda, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc) {
        int j = 0;
        for (; j + 4 * L <= n; j += 4 * L) {
            for (int i = 0; i < m; i += TILE_ROWS) {
                multiplyTile(a, i * lda, lda, m - 1 - i, k, b, j, ldb, c, cAt + i * ldc + j, ldc);
            }
        }
        for (; j < n; j += L) {
            for (int i = 0; i < m; i += TILE_ROWS) {
                multiplyColumn(a, i * lda, lda, m - 1 - i, k, b, j, ldb, c, cAt + i * ldc + j, ldc);
            }
        }
    }

    /**
     * Six rows by four vectors: the most that 32 registers hold beside a row of {@code b} and one element of
     * {@code a}. Rows beyond the last one of {@code a} repeat it.
     */
    private static void multiplyTile(float[] a, int a0, int lda, int last, int k, float[] b, int bAt, int ldb,
                                     float[] c, int cAt, int ldc) {
        int a1 = a0 + Math.min(1, last) * lda;
        int a2 = a0 + Math.min(2, last) * lda;
        int a3 = a0 + Math.min(3, last) * lda;
        int a4 = a0 + Math.min(4, last) * lda;
        int a5 = a0 + Math.min(5, last) * lda;
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c02 = FloatVector.zero(S);
        FloatVector c03 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c12 = FloatVector.zero(S);
        FloatVector c13 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c22 = FloatVector.zero(S);
        FloatVector c23 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c32 = FloatVector.zero(S);
        FloatVector c33 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c42 = FloatVector.zero(S);
        FloatVector c43 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        FloatVector c52 = FloatVector.zero(S);
        FloatVector c53 = FloatVector.zero(S);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt);
            FloatVector b1 = FloatVector.fromArray(S, b, bAt + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bAt + 2 * L);
            FloatVector b3 = FloatVector.fromArray(S, b, bAt + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[a0 + p]);
            c00 = b0.fma(x, c00);
            c01 = b1.fma(x, c01);
            c02 = b2.fma(x, c02);
            c03 = b3.fma(x, c03);
            x = FloatVector.broadcast(S, a[a1 + p]);
            c10 = b0.fma(x, c10);
            c11 = b1.fma(x, c11);
            c12 = b2.fma(x, c12);
            c13 = b3.fma(x, c13);
            x = FloatVector.broadcast(S, a[a2 + p]);
            c20 = b0.fma(x, c20);
            c21 = b1.fma(x, c21);
            c22 = b2.fma(x, c22);
            c23 = b3.fma(x, c23);
            x = FloatVector.broadcast(S, a[a3 + p]);
            c30 = b0.fma(x, c30);
            c31 = b1.fma(x, c31);
            c32 = b2.fma(x, c32);
            c33 = b3.fma(x, c33);
            x = FloatVector.broadcast(S, a[a4 + p]);
            c40 = b0.fma(x, c40);
            c41 = b1.fma(x, c41);
            c42 = b2.fma(x, c42);
            c43 = b3.fma(x, c43);
            x = FloatVector.broadcast(S, a[a5 + p]);
            c50 = b0.fma(x, c50);
            c51 = b1.fma(x, c51);
            c52 = b2.fma(x, c52);
            c53 = b3.fma(x, c53);
            bAt += ldb;
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        cAt += ldc;
        c10.intoArray(c, cAt);
        c11.intoArray(c, cAt + L);
        c12.intoArray(c, cAt + 2 * L);
        c13.intoArray(c, cAt + 3 * L);
        cAt += ldc;
        c20.intoArray(c, cAt);
        c21.intoArray(c, cAt + L);
        c22.intoArray(c, cAt + 2 * L);
        c23.intoArray(c, cAt + 3 * L);
        cAt += ldc;
        c30.intoArray(c, cAt);
        c31.intoArray(c, cAt + L);
        c32.intoArray(c, cAt + 2 * L);
        c33.intoArray(c, cAt + 3 * L);
        cAt += ldc;
        c40.intoArray(c, cAt);
        c41.intoArray(c, cAt + L);
        c42.intoArray(c, cAt + 2 * L);
        c43.intoArray(c, cAt + 3 * L);
        cAt += ldc;
        c50.intoArray(c, cAt);
        c51.intoArray(c, cAt + L);
        c52.intoArray(c, cAt + 2 * L);
        c53.intoArray(c, cAt + 3 * L);
    }

    /** Six rows by one vector. */
    private static void multiplyColumn(float[] a, int a0, int lda, int last, int k, float[] b, int bAt, int ldb,
                                       float[] c, int cAt, int ldc) {
        int a1 = a0 + Math.min(1, last) * lda;
        int a2 = a0 + Math.min(2, last) * lda;
        int a3 = a0 + Math.min(3, last) * lda;
        int a4 = a0 + Math.min(4, last) * lda;
        int a5 = a0 + Math.min(5, last) * lda;
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c2 = FloatVector.zero(S);
        FloatVector c3 = FloatVector.zero(S);
        FloatVector c4 = FloatVector.zero(S);
        FloatVector c5 = FloatVector.zero(S);
        for (int p = 0; p < k; p++) {
            FloatVector x = FloatVector.fromArray(S, b, bAt);
            c0 = x.fma(FloatVector.broadcast(S, a[a0 + p]), c0);
            c1 = x.fma(FloatVector.broadcast(S, a[a1 + p]), c1);
            c2 = x.fma(FloatVector.broadcast(S, a[a2 + p]), c2);
            c3 = x.fma(FloatVector.broadcast(S, a[a3 + p]), c3);
            c4 = x.fma(FloatVector.broadcast(S, a[a4 + p]), c4);
            c5 = x.fma(FloatVector.broadcast(S, a[a5 + p]), c5);
            bAt += ldb;
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + ldc);
        c2.intoArray(c, cAt + 2 * ldc);
        c3.intoArray(c, cAt + 3 * ldc);
        c4.intoArray(c, cAt + 4 * ldc);
        c5.intoArray(c, cAt + 5 * ldc);
    }

    @Override
    public void multiplyTransposed(float[] a, int m, float[] b, int k, int ld, int n,
                                   float[] c, int cAt, int ldc) {
        float[] lanes = new float[TILE_ROWS * TILE_COLUMNS * L];
        for (int i = 0; i < m; i += TILE_ROWS) {
            int rows = Math.min(TILE_ROWS, m - i);
            for (int j = 0; j < k; j += TILE_COLUMNS) {
                int columns = Math.min(TILE_COLUMNS, k - j);
                multiplyTransposedTile(a, i * ld, b, j * ld, ld, n, lanes);
                for (int row = 0; row < rows; row++) {
                    for (int column = 0; column < columns; column++) {
                        c[cAt + (i + row) * ldc + j + column] = sumLanes(lanes, (row * TILE_COLUMNS + column) * L);
                    }
                }
            }
        }
    }

    /** Six rows by four rows; every lane sums on its own. */
    private static void multiplyTransposedTile(float[] a, int a0, float[] b, int b0, int ld, int n, float[] lanes) {
        int a1 = a0 + ld;
        int a2 = a1 + ld;
        int a3 = a2 + ld;
        int a4 = a3 + ld;
        int a5 = a4 + ld;
        int b1 = b0 + ld;
        int b2 = b1 + ld;
        int b3 = b2 + ld;
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c01 = FloatVector.zero(S);
        FloatVector c02 = FloatVector.zero(S);
        FloatVector c03 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        FloatVector c12 = FloatVector.zero(S);
        FloatVector c13 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c21 = FloatVector.zero(S);
        FloatVector c22 = FloatVector.zero(S);
        FloatVector c23 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        FloatVector c31 = FloatVector.zero(S);
        FloatVector c32 = FloatVector.zero(S);
        FloatVector c33 = FloatVector.zero(S);
        FloatVector c40 = FloatVector.zero(S);
        FloatVector c41 = FloatVector.zero(S);
        FloatVector c42 = FloatVector.zero(S);
        FloatVector c43 = FloatVector.zero(S);
        FloatVector c50 = FloatVector.zero(S);
        FloatVector c51 = FloatVector.zero(S);
        FloatVector c52 = FloatVector.zero(S);
        FloatVector c53 = FloatVector.zero(S);
        for (int p = 0; p < n; p += L) {
            FloatVector y0 = FloatVector.fromArray(S, b, b0 + p);
            FloatVector y1 = FloatVector.fromArray(S, b, b1 + p);
            FloatVector y2 = FloatVector.fromArray(S, b, b2 + p);
            FloatVector y3 = FloatVector.fromArray(S, b, b3 + p);
            FloatVector x = FloatVector.fromArray(S, a, a0 + p);
            c00 = y0.fma(x, c00);
            c01 = y1.fma(x, c01);
            c02 = y2.fma(x, c02);
            c03 = y3.fma(x, c03);
            x = FloatVector.fromArray(S, a, a1 + p);
            c10 = y0.fma(x, c10);
            c11 = y1.fma(x, c11);
            c12 = y2.fma(x, c12);
            c13 = y3.fma(x, c13);
            x = FloatVector.fromArray(S, a, a2 + p);
            c20 = y0.fma(x, c20);
            c21 = y1.fma(x, c21);
            c22 = y2.fma(x, c22);
            c23 = y3.fma(x, c23);
            x = FloatVector.fromArray(S, a, a3 + p);
            c30 = y0.fma(x, c30);
            c31 = y1.fma(x, c31);
            c32 = y2.fma(x, c32);
            c33 = y3.fma(x, c33);
            x = FloatVector.fromArray(S, a, a4 + p);
            c40 = y0.fma(x, c40);
            c41 = y1.fma(x, c41);
            c42 = y2.fma(x, c42);
            c43 = y3.fma(x, c43);
            x = FloatVector.fromArray(S, a, a5 + p);
            c50 = y0.fma(x, c50);
            c51 = y1.fma(x, c51);
            c52 = y2.fma(x, c52);
            c53 = y3.fma(x, c53);
        }
        c00.intoArray(lanes, 0);
        c01.intoArray(lanes, L);
        c02.intoArray(lanes, 2 * L);
        c03.intoArray(lanes, 3 * L);
        c10.intoArray(lanes, 4 * L);
        c11.intoArray(lanes, 5 * L);
        c12.intoArray(lanes, 6 * L);
        c13.intoArray(lanes, 7 * L);
        c20.intoArray(lanes, 8 * L);
        c21.intoArray(lanes, 9 * L);
        c22.intoArray(lanes, 10 * L);
        c23.intoArray(lanes, 11 * L);
        c30.intoArray(lanes, 12 * L);
        c31.intoArray(lanes, 13 * L);
        c32.intoArray(lanes, 14 * L);
        c33.intoArray(lanes, 15 * L);
        c40.intoArray(lanes, 16 * L);
        c41.intoArray(lanes, 17 * L);
        c42.intoArray(lanes, 18 * L);
        c43.intoArray(lanes, 19 * L);
        c50.intoArray(lanes, 20 * L);
        c51.intoArray(lanes, 21 * L);
        c52.intoArray(lanes, 22 * L);
        c53.intoArray(lanes, 23 * L);
    }

    /**
     * The sum of {@code L} floats, always in the same order. That of {@code reduceLanes} is unspecified, and changes
     * when a method is compiled: two runs would differ in their last bits.
     */
    private static float sumLanes(float[] lanes, int at) {
        float sum = 0;
        int i = at;
        for (; i + 8 <= at + L; i += 8) {
            sum += ((lanes[i] + lanes[i + 1]) + (lanes[i + 2] + lanes[i + 3]))
                + ((lanes[i + 4] + lanes[i + 5]) + (lanes[i + 6] + lanes[i + 7]));
        }
        for (; i < at + L; i++) {
            sum += lanes[i];
        }
        return sum;
    }

    private static float sumLanes(FloatVector vector) {
        return sumLanes(vector.toArray(), 0);
    }

    @Override
    public void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut) {
        // Loads and stores of single floats: two a cycle, no less than what rearranged vectors reach.
        ScalarKernels.transposeRows(x, rows, columns, ld, out, ldOut);
    }

    @Override
    public double sum(float[] x, int at, int n) {
        int end = at + n;
        int i = at;
        double total = 0;
        while (i + L <= end) {
            int stop = Math.min(end, i + CHUNK);
            FloatVector even = FloatVector.zero(S);
            FloatVector odd = FloatVector.zero(S);
            for (; i + 2 * L <= stop; i += 2 * L) {
                even = even.add(FloatVector.fromArray(S, x, i));
                odd = odd.add(FloatVector.fromArray(S, x, i + L));
            }
            for (; i + L <= stop; i += L) {
                even = even.add(FloatVector.fromArray(S, x, i));
            }
            total += sumLanes(even.add(odd));
        }
        for (; i < end; i++) {
            total += x[i];
        }
        return total;
    }

    @Override
    public double squares(float[] x, int at, int n, float centre) {
        int end = at + n;
        int i = at;
        double total = 0;
        while (i + L <= end) {
            int stop = Math.min(end, i + CHUNK);
            FloatVector even = FloatVector.zero(S);
            FloatVector odd = FloatVector.zero(S);
            for (; i + 2 * L <= stop; i += 2 * L) {
                FloatVector x0 = FloatVector.fromArray(S, x, i).sub(centre);
                FloatVector x1 = FloatVector.fromArray(S, x, i + L).sub(centre);
                even = x0.fma(x0, even);
                odd = x1.fma(x1, odd);
            }
            for (; i + L <= stop; i += L) {
                FloatVector x0 = FloatVector.fromArray(S, x, i).sub(centre);
                even = x0.fma(x0, even);
            }
            total += sumLanes(even.add(odd));
        }
        for (; i < end; i++) {
            total += (x[i] - centre) * (x[i] - centre);
        }
        return total;
    }

    @Override
    public void normalise(float[] y, int yAt, int n, ChannelNorm norm, float[] out, int outAt) {
        float mean = norm.mean();
        FloatVector scale = FloatVector.broadcast(S, norm.scale());
        FloatVector shift = FloatVector.broadcast(S, norm.shift());
        FloatVector floor = FloatVector.broadcast(S, norm.floor());
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, y, yAt + i).sub(mean).fma(scale, shift).max(floor).intoArray(out, outAt + i);
        }
        ScalarKernels.normaliseTail(y, yAt, i, n, norm, out, outAt);
    }

    @Override
    public void gradientSums(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, double[] sums, int at) {
        float mean = norm.mean();
        FloatVector scale = FloatVector.broadcast(S, norm.scale());
        FloatVector shift = FloatVector.broadcast(S, norm.shift());
        FloatVector floor = FloatVector.broadcast(S, norm.floor());
        FloatVector zero = FloatVector.zero(S);
        int i = 0;
        while (i + L <= n) {
            int stop = Math.min(n, i + CHUNK);
            FloatVector plain = zero;
            FloatVector weighted = zero;
            for (; i + L <= stop; i += L) {
                FloatVector centred = FloatVector.fromArray(S, y, yAt + i).sub(mean);
                VectorMask<Float> passed = centred.fma(scale, shift).compare(VectorOperators.GT, floor);
                FloatVector g = zero.blend(FloatVector.fromArray(S, d, dAt + i), passed);
                plain = plain.add(g);
                weighted = g.fma(centred, weighted);
            }
            sums[at] += sumLanes(plain);
            sums[at + 1] += sumLanes(weighted);
        }
        ScalarKernels.gradientSumsTail(d, dAt, y, yAt, i, n, norm, sums, at);
    }

    @Override
    public void gradient(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, float slope, float constant) {
        float mean = norm.mean();
        FloatVector scale = FloatVector.broadcast(S, norm.scale());
        FloatVector shift = FloatVector.broadcast(S, norm.shift());
        FloatVector floor = FloatVector.broadcast(S, norm.floor());
        FloatVector slopes = FloatVector.broadcast(S, slope);
        FloatVector constants = FloatVector.broadcast(S, constant);
        FloatVector zero = FloatVector.zero(S);
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector centred = FloatVector.fromArray(S, y, yAt + i).sub(mean);
            VectorMask<Float> passed = centred.fma(scale, shift).compare(VectorOperators.GT, floor);
            FloatVector g = zero.blend(FloatVector.fromArray(S, d, dAt + i), passed);
            g.fma(scale, centred.fma(slopes, constants)).intoArray(d, dAt + i);
        }
        ScalarKernels.gradientTail(d, dAt, y, yAt, i, n, norm, slope, constant);
    }

    @Override
    public void add(float[] a, int aAt, float[] b, int bAt, int n) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, a, aAt + i).add(FloatVector.fromArray(S, b, bAt + i)).intoArray(a, aAt + i);
        }
        ScalarKernels.addTail(a, aAt, b, bAt, i, n);
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] velocity, int n, MomentumStep step) {
        FloatVector share = FloatVector.broadcast(S, step.share());
        FloatVector decay = FloatVector.broadcast(S, step.decay());
        FloatVector momentum = FloatVector.broadcast(S, step.momentum());
        FloatVector alongVelocity = FloatVector.broadcast(S, step.alongVelocity());
        FloatVector alongGradient = FloatVector.broadcast(S, step.alongGradient());
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector p = FloatVector.fromArray(S, parameters, i);
            FloatVector g = p.fma(decay, FloatVector.fromArray(S, gradient, i).mul(share));
            FloatVector v = FloatVector.fromArray(S, velocity, i).fma(momentum, g.mul(step.gain()));
            v.intoArray(velocity, i);
            v.fma(alongVelocity, g.mul(alongGradient)).intoArray(gradient, i);
        }
        ScalarKernels.stepTail(parameters, gradient, velocity, i, n, step);
    }

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
    public void depthwise(float[] x, int xAt, int width, int n, Neighbours neighbours, float[] w, int wAt,
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
            middle = left.fma(FloatVector.fromArray(S, neighbours.left(), i), middle);
            right.fma(FloatVector.fromArray(S, neighbours.right(), i), middle).intoArray(out, outAt + i);
        }
    }

    @Override
    public void depthwiseWeights(float[] x, int xAt, float[] d, int dAt, int pitch, int images, int width, int n,
                                 Neighbours neighbours, float[] w, int wAt) {
        float[] lanes = new float[TAPS * L];
        for (int image = 0; image < images; image++) {
            addWeights(x, xAt + image * pitch, d, dAt + image * pitch, width, n, neighbours, lanes);
        }
        sumTaps(lanes, w, wAt);
    }

    /** One image; accumulators that lived on from image to image would not stay in registers. */
    private static void addWeights(float[] x, int xAt, float[] d, int dAt, int width, int n, Neighbours neighbours,
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
            FloatVector left = g.mul(FloatVector.fromArray(S, neighbours.left(), i));
            FloatVector right = g.mul(FloatVector.fromArray(S, neighbours.right(), i));
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
    public void depthwiseStride2(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
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
            left.fma(FloatVector.fromArray(S, neighbours.left(), i), sum).intoArray(out, outAt + i);
        }
    }

    @Override
    public void depthwiseStride2Input(float[] d, int dAt, int width, int n, Neighbours neighbours, float[] w, int wAt,
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
            FloatVector mask = FloatVector.fromArray(S, neighbours.right(), i);
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
                                        int width, int n, Neighbours neighbours, float[] w, int wAt) {
        float[] lanes = new float[TAPS * L];
        for (int image = 0; image < images; image++) {
            addWeightsStride2(phases, at + image * 4 * pitch, pitch, d, dAt + image * dPitch, width, n, neighbours,
                lanes);
        }
        sumTaps(lanes, w, wAt);
    }

    private static void addWeightsStride2(float[] phases, int at, int pitch, float[] d, int dAt, int width, int n,
                                          Neighbours neighbours, float[] lanes) {
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
            FloatVector left = g.mul(FloatVector.fromArray(S, neighbours.left(), i));
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
    public void maxPool(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
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
            max.max(onlyInside(left, neighbours, i)).intoArray(out, outAt + i);
        }
    }

    /** Minus infinity where there is no left neighbour. */
    private static FloatVector onlyInside(FloatVector left, Neighbours neighbours, int i) {
        VectorMask<Float> border = FloatVector.fromArray(S, neighbours.left(), i).compare(VectorOperators.LT, 0.5f);
        return left.blend(Float.NEGATIVE_INFINITY, border);
    }

    @Override
    public void maxPoolIndex(float[] phases, int at, int pitch, int width, int n, Neighbours neighbours,
                             float[] index, int indexAt) {
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector max = onlyInside(FloatVector.fromArray(S, phases, oo - width - 1), neighbours, i);
            FloatVector found = FloatVector.zero(S);
            FloatVector x = FloatVector.fromArray(S, phases, oe - width);
            found = found.blend(1, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, oo - width);
            found = found.blend(2, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = onlyInside(FloatVector.fromArray(S, phases, eo - 1), neighbours, i);
            found = found.blend(3, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, ee);
            found = found.blend(4, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = FloatVector.fromArray(S, phases, eo);
            found = found.blend(5, x.compare(VectorOperators.GT, max));
            max = max.max(x);
            x = onlyInside(FloatVector.fromArray(S, phases, oo - 1), neighbours, i);
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
    public void maxPoolInput(float[] d, int dAt, float[] index, int indexAt, int width, int n, Neighbours neighbours,
                             float[] phases, int at, int pitch) {
        for (int i = 0; i < n; i += L) {
            int ee = at + i;
            int eo = ee + pitch;
            int oe = eo + pitch;
            int oo = oe + pitch;
            FloatVector mask = FloatVector.fromArray(S, neighbours.right(), i);
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
