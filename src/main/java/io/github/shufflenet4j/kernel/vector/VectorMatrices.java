package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;
import static io.github.shufflenet4j.kernel.vector.Species.sumLanes;

import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.scalar.ScalarKernels;
import jdk.incubator.vector.FloatVector;

/** Matrix products in tiles of six rows. */
final class VectorMatrices implements MatrixKernels {

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
        store(c00, c01, c02, c03, c, cAt);
        store(c10, c11, c12, c13, c, cAt + ldc);
        store(c20, c21, c22, c23, c, cAt + 2 * ldc);
        store(c30, c31, c32, c33, c, cAt + 3 * ldc);
        store(c40, c41, c42, c43, c, cAt + 4 * ldc);
        store(c50, c51, c52, c53, c, cAt + 5 * ldc);
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

    private static void store(FloatVector c0, FloatVector c1, FloatVector c2, FloatVector c3, float[] out, int at) {
        c0.intoArray(out, at);
        c1.intoArray(out, at + L);
        c2.intoArray(out, at + 2 * L);
        c3.intoArray(out, at + 3 * L);
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
        store(c00, c01, c02, c03, lanes, 0);
        store(c10, c11, c12, c13, lanes, 4 * L);
        store(c20, c21, c22, c23, lanes, 8 * L);
        store(c30, c31, c32, c33, lanes, 12 * L);
        store(c40, c41, c42, c43, lanes, 16 * L);
        store(c50, c51, c52, c53, lanes, 20 * L);
    }

    /** Loads and stores of single floats: two a cycle, no less than what rearranged vectors reach. */
    @Override
    public void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut) {
        ScalarKernels.provider().matrices().transpose(x, rows, columns, ld, out, ldOut);
    }
}
