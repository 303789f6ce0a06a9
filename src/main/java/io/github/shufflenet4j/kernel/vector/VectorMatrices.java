package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;
import static io.github.shufflenet4j.kernel.vector.Species.sumLanes;

import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.scalar.ScalarKernels;
import jdk.incubator.vector.FloatVector;

/** Matrix products in tiles of six rows by four vectors, or in {@link PackedTiles} where there are 16 registers. */
final class VectorMatrices implements MatrixKernels {

    /** Rows of a tile of both products. */
    private static final int ROWS = 6;
    /** Rows of the second operand in a tile of {@link #multiplyTransposed}. */
    private static final int COLUMNS = 4;

    @Override
    public void multiply(Panel a, int m, int k, Panel b, int n, Panel c) {
        if (Species.HAS_32_REGISTERS) {
            int lda = a.rowLength();
            int ldb = b.rowLength();
            int ldc = c.rowLength();
            int j = 0;
            for (; j + 4 * L <= n; j += 4 * L) {
                for (int i = 0; i < m; i += ROWS) {
                    multiplyTile(a.floats(), a.row(i), lda, m - 1 - i, k, b.floats(), b.at() + j, ldb,
                        c.floats(), c.row(i) + j, ldc);
                }
            }
            for (; j < n; j += L) {
                for (int i = 0; i < m; i += ROWS) {
                    multiplyColumn(a.floats(), a.row(i), lda, m - 1 - i, k, b.floats(), b.at() + j, ldb,
                        c.floats(), c.row(i) + j, ldc);
                }
            }
        } else {
            float[] packed = Scratch.ofThread().floats(Slot.PACKED_ROWS, packedSize(m, k));
            for (int tile = 0; tile < packedTiles(m); tile++) {
                pack(a, m, k, tile, packed);
            }
            multiplyPacked(packed, m, k, b, n, c);
        }
    }

    @Override
    public int packedRows() {
        return PackedTiles.ROWS;
    }

    @Override
    public void pack(Panel a, int m, int k, int tile, float[] packed) {
        PackedTiles.pack(a, m, k, tile, packed);
    }

    @Override
    public void packTransposed(Panel x, int m, int k, int tile, float[] packed) {
        PackedTiles.packTransposed(x, m, k, tile, packed);
    }

    @Override
    public void multiplyPacked(float[] packed, int m, int k, Panel b, int n, Panel c) {
        PackedTiles.multiply(packed, m, k, b, n, c);
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
    public void multiplyTransposed(Panel a, int m, Panel b, int k, int n, Panel c) {
        int lda = a.rowLength();
        int ldb = b.rowLength();
        float[] lanes = new float[ROWS * COLUMNS * L];
        for (int i = 0; i < m; i += ROWS) {
            int rows = Math.min(ROWS, m - i);
            for (int j = 0; j < k; j += COLUMNS) {
                int columns = Math.min(COLUMNS, k - j);
                if (Species.HAS_32_REGISTERS) {
                    multiplyTransposedTile(a.floats(), a.row(i), lda, b.floats(), b.row(j), ldb, n, lanes);
                } else {
                    multiplyTransposedPair(a.floats(), a.row(i), lda, b.floats(), b.row(j), ldb, n, lanes, 0);
                    multiplyTransposedPair(a.floats(), a.row(i), lda, b.floats(), b.row(j + 2), ldb, n, lanes, 2 * L);
                }
                for (int row = 0; row < rows; row++) {
                    for (int column = 0; column < columns; column++) {
                        c.floats()[c.row(i + row) + j + column] = sumLanes(lanes, (row * COLUMNS + column) * L);
                    }
                }
            }
        }
    }

    /** Six rows by four rows; every lane sums on its own. */
    private static void multiplyTransposedTile(float[] a, int a0, int lda, float[] b, int b0, int ldb, int n,
                                               float[] lanes) {
        int a1 = a0 + lda;
        int a2 = a1 + lda;
        int a3 = a2 + lda;
        int a4 = a3 + lda;
        int a5 = a4 + lda;
        int b1 = b0 + ldb;
        int b2 = b1 + ldb;
        int b3 = b2 + ldb;
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

    /** Six rows by two rows, the sums of every row as far apart as in a whole tile. */
    private static void multiplyTransposedPair(float[] a, int a0, int lda, float[] b, int b0, int ldb, int n,
                                               float[] lanes, int at) {
        int a1 = a0 + lda;
        int a2 = a1 + lda;
        int a3 = a2 + lda;
        int a4 = a3 + lda;
        int a5 = a4 + lda;
        int b1 = b0 + ldb;
        FloatVector c00 = FloatVector.fromArray(S, PackedTiles.ZEROS, 0);
        FloatVector c01 = FloatVector.fromArray(S, PackedTiles.ZEROS, L);
        FloatVector c10 = FloatVector.fromArray(S, PackedTiles.ZEROS, 2 * L);
        FloatVector c11 = FloatVector.fromArray(S, PackedTiles.ZEROS, 3 * L);
        FloatVector c20 = FloatVector.fromArray(S, PackedTiles.ZEROS, 4 * L);
        FloatVector c21 = FloatVector.fromArray(S, PackedTiles.ZEROS, 5 * L);
        FloatVector c30 = FloatVector.fromArray(S, PackedTiles.ZEROS, 6 * L);
        FloatVector c31 = FloatVector.fromArray(S, PackedTiles.ZEROS, 7 * L);
        FloatVector c40 = FloatVector.fromArray(S, PackedTiles.ZEROS, 8 * L);
        FloatVector c41 = FloatVector.fromArray(S, PackedTiles.ZEROS, 9 * L);
        FloatVector c50 = FloatVector.fromArray(S, PackedTiles.ZEROS, 10 * L);
        FloatVector c51 = FloatVector.fromArray(S, PackedTiles.ZEROS, 11 * L);
        for (int p = 0; p < n; p += L) {
            FloatVector y0 = FloatVector.fromArray(S, b, b0 + p);
            FloatVector y1 = FloatVector.fromArray(S, b, b1 + p);
            FloatVector x = FloatVector.fromArray(S, a, a0 + p);
            c00 = y0.fma(x, c00);
            c01 = y1.fma(x, c01);
            x = FloatVector.fromArray(S, a, a1 + p);
            c10 = y0.fma(x, c10);
            c11 = y1.fma(x, c11);
            x = FloatVector.fromArray(S, a, a2 + p);
            c20 = y0.fma(x, c20);
            c21 = y1.fma(x, c21);
            x = FloatVector.fromArray(S, a, a3 + p);
            c30 = y0.fma(x, c30);
            c31 = y1.fma(x, c31);
            x = FloatVector.fromArray(S, a, a4 + p);
            c40 = y0.fma(x, c40);
            c41 = y1.fma(x, c41);
            x = FloatVector.fromArray(S, a, a5 + p);
            c50 = y0.fma(x, c50);
            c51 = y1.fma(x, c51);
        }
        c00.intoArray(lanes, at);
        c01.intoArray(lanes, at + L);
        c10.intoArray(lanes, at + 4 * L);
        c11.intoArray(lanes, at + 5 * L);
        c20.intoArray(lanes, at + 8 * L);
        c21.intoArray(lanes, at + 9 * L);
        c30.intoArray(lanes, at + 12 * L);
        c31.intoArray(lanes, at + 13 * L);
        c40.intoArray(lanes, at + 16 * L);
        c41.intoArray(lanes, at + 17 * L);
        c50.intoArray(lanes, at + 20 * L);
        c51.intoArray(lanes, at + 21 * L);
    }

    /** Loads and stores of single floats: two a cycle, no less than what rearranged vectors reach. */
    @Override
    public void transpose(Panel x, int rows, int columns, Panel out) {
        ScalarKernels.provider().matrices().transpose(x, rows, columns, out);
    }
}
