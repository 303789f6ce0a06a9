package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.CacheLine.START;
import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import io.github.shufflenet4j.kernel.CacheLine;
import io.github.shufflenet4j.kernel.Panel;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import jdk.incubator.vector.FloatVector;

/**
 * Matrix product of packed operands by tiles of many rows and two vectors: the rows of a tile of the first operand lie
 * side by side, and the two vectors of the second one's rows behind each other. Packed so, no bounds of vectors are
 * checked, and few instructions come between multiplications, which counts most where another thread has half the core.
 */
final class PackedTiles {

    /**
     * Rows of a tile. Twelve by two vectors take 27 of 32 registers, and six by two all of 16; where the compiler wants
     * more of them itself, there is one row fewer.
     */
    static final int ROWS = Species.HAS_32_REGISTERS ? 12 : Species.SIX_BY_TWO ? 6 : 5;

    /**
     * What twelve sums in 16 registers begin with. Where all begin with one vector of zeros, the compiler gives them
     * other registers at the loop's end than at its start in some processes, and copies or spills them at each step.
     */
    static final float[] ZEROS = new float[12 * L];

    private PackedTiles() {
    }

    /** The last tile overlaps the one before rather than write rows that the result may not have. */
    private static int firstRow(int tile, int m) {
        return Math.max(0, Math.min(tile * ROWS, m - ROWS));
    }

    /** Packs the rows of a tile of {@code a}; the last one repeats where there are too few. */
    static void pack(Panel a, int m, int k, int tile, float[] packed) {
        float[] from = a.floats();
        int[] rows = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            rows[row] = a.row(Math.min(firstRow(tile, m) + row, m - 1));
        }
        int at = tile * ROWS * k;
        for (int p = 0; p < k; p++, at += ROWS) {
            for (int row = 0; row < ROWS; row++) {
                packed[at + row] = from[rows[row] + p];
            }
        }
    }

    /** The same for the rows of {@code xᵀ}. */
    static void packTransposed(Panel x, int m, int k, int tile, float[] packed) {
        float[] from = x.floats();
        int first = firstRow(tile, m);
        int at = tile * ROWS * k;
        for (int p = 0; p < k; p++, at += ROWS) {
            for (int row = 0; row < ROWS; row++) {
                packed[at + row] = from[x.row(p) + Math.min(first + row, m - 1)];
            }
        }
    }

    static void multiply(float[] a, int m, int k, Panel b, int n, Panel c) {
        float[] columns = Scratch.ofThread().floats(Slot.PACKED_COLUMNS,
            Math.max(CacheLine.LARGE_ARRAY, START + 2 * L * k));
        int ldb = b.rowLength();
        float[] out = c.floats();
        int ldc = c.rowLength();
        int tiles = Rounding.ceilDiv(m, ROWS);
        int j = 0;
        for (; j + 2 * L <= n; j += 2 * L) {
            packColumns(b.floats(), b.at() + j, ldb, k, columns);
            for (int tile = 0; tile < tiles; tile++) {
                int aAt = tile * ROWS * k;
                int at = c.row(firstRow(tile, m)) + j;
                if (Species.HAS_32_REGISTERS) {
                    tile12x2(a, aAt, k, columns, out, at, ldc);
                } else if (Species.SIX_BY_TWO) {
                    tile6x2(a, aAt, k, columns, out, at, ldc);
                } else {
                    tile5x2(a, aAt, k, columns, out, at, ldc);
                }
            }
        }
        if (j < n) {
            for (int tile = 0; tile < tiles; tile++) {
                int aAt = tile * ROWS * k;
                int at = c.row(firstRow(tile, m)) + j;
                if (Species.HAS_32_REGISTERS) {
                    tile12x1(a, aAt, k, b.floats(), b.at() + j, ldb, out, at, ldc);
                } else if (Species.SIX_BY_TWO) {
                    tile6x1(a, aAt, k, b.floats(), b.at() + j, ldb, out, at, ldc);
                } else {
                    tile5x1(a, aAt, k, b.floats(), b.at() + j, ldb, out, at, ldc);
                }
            }
        }
    }

    /** Two vectors of each row of {@code b}, one row behind the other. */
    private static void packColumns(float[] b, int bAt, int ldb, int k, float[] out) {
        int end = START + 2 * L * k;
        for (int at = START; at < end; at += 2 * L, bAt += ldb) {
            FloatVector.fromArray(S, b, bAt).intoArray(out, at);
            FloatVector.fromArray(S, b, bAt + L).intoArray(out, at + L);
        }
    }

    // Tiles: written by TileSource.

    private static void tile12x2(float[] a, int aAt, int k, float[] b,
                                float[] c, int cAt, int ldc) {
        FloatVector c0_0 = FloatVector.zero(S);
        FloatVector c0_1 = FloatVector.zero(S);
        FloatVector c1_0 = FloatVector.zero(S);
        FloatVector c1_1 = FloatVector.zero(S);
        FloatVector c2_0 = FloatVector.zero(S);
        FloatVector c2_1 = FloatVector.zero(S);
        FloatVector c3_0 = FloatVector.zero(S);
        FloatVector c3_1 = FloatVector.zero(S);
        FloatVector c4_0 = FloatVector.zero(S);
        FloatVector c4_1 = FloatVector.zero(S);
        FloatVector c5_0 = FloatVector.zero(S);
        FloatVector c5_1 = FloatVector.zero(S);
        FloatVector c6_0 = FloatVector.zero(S);
        FloatVector c6_1 = FloatVector.zero(S);
        FloatVector c7_0 = FloatVector.zero(S);
        FloatVector c7_1 = FloatVector.zero(S);
        FloatVector c8_0 = FloatVector.zero(S);
        FloatVector c8_1 = FloatVector.zero(S);
        FloatVector c9_0 = FloatVector.zero(S);
        FloatVector c9_1 = FloatVector.zero(S);
        FloatVector c10_0 = FloatVector.zero(S);
        FloatVector c10_1 = FloatVector.zero(S);
        FloatVector c11_0 = FloatVector.zero(S);
        FloatVector c11_1 = FloatVector.zero(S);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, START + p * 2 * L);
            FloatVector b1 = FloatVector.fromArray(S, b, START + p * 2 * L + L);
            FloatVector x = FloatVector.broadcast(S, a[aAt + p * 12]);
            c0_0 = b0.fma(x, c0_0);
            c0_1 = b1.fma(x, c0_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 1]);
            c1_0 = b0.fma(x, c1_0);
            c1_1 = b1.fma(x, c1_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 2]);
            c2_0 = b0.fma(x, c2_0);
            c2_1 = b1.fma(x, c2_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 3]);
            c3_0 = b0.fma(x, c3_0);
            c3_1 = b1.fma(x, c3_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 4]);
            c4_0 = b0.fma(x, c4_0);
            c4_1 = b1.fma(x, c4_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 5]);
            c5_0 = b0.fma(x, c5_0);
            c5_1 = b1.fma(x, c5_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 6]);
            c6_0 = b0.fma(x, c6_0);
            c6_1 = b1.fma(x, c6_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 7]);
            c7_0 = b0.fma(x, c7_0);
            c7_1 = b1.fma(x, c7_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 8]);
            c8_0 = b0.fma(x, c8_0);
            c8_1 = b1.fma(x, c8_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 9]);
            c9_0 = b0.fma(x, c9_0);
            c9_1 = b1.fma(x, c9_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 10]);
            c10_0 = b0.fma(x, c10_0);
            c10_1 = b1.fma(x, c10_1);
            x = FloatVector.broadcast(S, a[aAt + p * 12 + 11]);
            c11_0 = b0.fma(x, c11_0);
            c11_1 = b1.fma(x, c11_1);
        }
        c0_0.intoArray(c, cAt);
        c0_1.intoArray(c, cAt + L);
        c1_0.intoArray(c, cAt + ldc);
        c1_1.intoArray(c, cAt + ldc + L);
        c2_0.intoArray(c, cAt + 2 * ldc);
        c2_1.intoArray(c, cAt + 2 * ldc + L);
        c3_0.intoArray(c, cAt + 3 * ldc);
        c3_1.intoArray(c, cAt + 3 * ldc + L);
        c4_0.intoArray(c, cAt + 4 * ldc);
        c4_1.intoArray(c, cAt + 4 * ldc + L);
        c5_0.intoArray(c, cAt + 5 * ldc);
        c5_1.intoArray(c, cAt + 5 * ldc + L);
        c6_0.intoArray(c, cAt + 6 * ldc);
        c6_1.intoArray(c, cAt + 6 * ldc + L);
        c7_0.intoArray(c, cAt + 7 * ldc);
        c7_1.intoArray(c, cAt + 7 * ldc + L);
        c8_0.intoArray(c, cAt + 8 * ldc);
        c8_1.intoArray(c, cAt + 8 * ldc + L);
        c9_0.intoArray(c, cAt + 9 * ldc);
        c9_1.intoArray(c, cAt + 9 * ldc + L);
        c10_0.intoArray(c, cAt + 10 * ldc);
        c10_1.intoArray(c, cAt + 10 * ldc + L);
        c11_0.intoArray(c, cAt + 11 * ldc);
        c11_1.intoArray(c, cAt + 11 * ldc + L);
    }

    private static void tile12x1(float[] a, int aAt, int k, float[] b, int bAt, int ldb,
                                float[] c, int cAt, int ldc) {
        FloatVector c0_0 = FloatVector.zero(S);
        FloatVector c1_0 = FloatVector.zero(S);
        FloatVector c2_0 = FloatVector.zero(S);
        FloatVector c3_0 = FloatVector.zero(S);
        FloatVector c4_0 = FloatVector.zero(S);
        FloatVector c5_0 = FloatVector.zero(S);
        FloatVector c6_0 = FloatVector.zero(S);
        FloatVector c7_0 = FloatVector.zero(S);
        FloatVector c8_0 = FloatVector.zero(S);
        FloatVector c9_0 = FloatVector.zero(S);
        FloatVector c10_0 = FloatVector.zero(S);
        FloatVector c11_0 = FloatVector.zero(S);
        int end = aAt + 12 * k;
        for (; aAt < end; aAt += 12, bAt += ldb) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt);
            FloatVector x = FloatVector.broadcast(S, a[aAt]);
            c0_0 = b0.fma(x, c0_0);
            x = FloatVector.broadcast(S, a[aAt + 1]);
            c1_0 = b0.fma(x, c1_0);
            x = FloatVector.broadcast(S, a[aAt + 2]);
            c2_0 = b0.fma(x, c2_0);
            x = FloatVector.broadcast(S, a[aAt + 3]);
            c3_0 = b0.fma(x, c3_0);
            x = FloatVector.broadcast(S, a[aAt + 4]);
            c4_0 = b0.fma(x, c4_0);
            x = FloatVector.broadcast(S, a[aAt + 5]);
            c5_0 = b0.fma(x, c5_0);
            x = FloatVector.broadcast(S, a[aAt + 6]);
            c6_0 = b0.fma(x, c6_0);
            x = FloatVector.broadcast(S, a[aAt + 7]);
            c7_0 = b0.fma(x, c7_0);
            x = FloatVector.broadcast(S, a[aAt + 8]);
            c8_0 = b0.fma(x, c8_0);
            x = FloatVector.broadcast(S, a[aAt + 9]);
            c9_0 = b0.fma(x, c9_0);
            x = FloatVector.broadcast(S, a[aAt + 10]);
            c10_0 = b0.fma(x, c10_0);
            x = FloatVector.broadcast(S, a[aAt + 11]);
            c11_0 = b0.fma(x, c11_0);
        }
        c0_0.intoArray(c, cAt);
        c1_0.intoArray(c, cAt + ldc);
        c2_0.intoArray(c, cAt + 2 * ldc);
        c3_0.intoArray(c, cAt + 3 * ldc);
        c4_0.intoArray(c, cAt + 4 * ldc);
        c5_0.intoArray(c, cAt + 5 * ldc);
        c6_0.intoArray(c, cAt + 6 * ldc);
        c7_0.intoArray(c, cAt + 7 * ldc);
        c8_0.intoArray(c, cAt + 8 * ldc);
        c9_0.intoArray(c, cAt + 9 * ldc);
        c10_0.intoArray(c, cAt + 10 * ldc);
        c11_0.intoArray(c, cAt + 11 * ldc);
    }

    private static void tile6x2(float[] a, int aAt, int k, float[] b,
                                float[] c, int cAt, int ldc) {
        FloatVector c0_0 = FloatVector.fromArray(S, ZEROS, 0 * L);
        FloatVector c0_1 = FloatVector.fromArray(S, ZEROS, 1 * L);
        FloatVector c1_0 = FloatVector.fromArray(S, ZEROS, 2 * L);
        FloatVector c1_1 = FloatVector.fromArray(S, ZEROS, 3 * L);
        FloatVector c2_0 = FloatVector.fromArray(S, ZEROS, 4 * L);
        FloatVector c2_1 = FloatVector.fromArray(S, ZEROS, 5 * L);
        FloatVector c3_0 = FloatVector.fromArray(S, ZEROS, 6 * L);
        FloatVector c3_1 = FloatVector.fromArray(S, ZEROS, 7 * L);
        FloatVector c4_0 = FloatVector.fromArray(S, ZEROS, 8 * L);
        FloatVector c4_1 = FloatVector.fromArray(S, ZEROS, 9 * L);
        FloatVector c5_0 = FloatVector.fromArray(S, ZEROS, 10 * L);
        FloatVector c5_1 = FloatVector.fromArray(S, ZEROS, 11 * L);
        int end = START + 2 * L * k;
        for (int bAt = START; bAt < end; bAt += 2 * L, aAt += 6) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt);
            FloatVector b1 = FloatVector.fromArray(S, b, bAt + L);
            FloatVector x = FloatVector.broadcast(S, a[aAt]);
            c0_0 = b0.fma(x, c0_0);
            c0_1 = b1.fma(x, c0_1);
            x = FloatVector.broadcast(S, a[aAt + 1]);
            c1_0 = b0.fma(x, c1_0);
            c1_1 = b1.fma(x, c1_1);
            x = FloatVector.broadcast(S, a[aAt + 2]);
            c2_0 = b0.fma(x, c2_0);
            c2_1 = b1.fma(x, c2_1);
            x = FloatVector.broadcast(S, a[aAt + 3]);
            c3_0 = b0.fma(x, c3_0);
            c3_1 = b1.fma(x, c3_1);
            x = FloatVector.broadcast(S, a[aAt + 4]);
            c4_0 = b0.fma(x, c4_0);
            c4_1 = b1.fma(x, c4_1);
            x = FloatVector.broadcast(S, a[aAt + 5]);
            c5_0 = b0.fma(x, c5_0);
            c5_1 = b1.fma(x, c5_1);
        }
        c0_0.intoArray(c, cAt);
        c0_1.intoArray(c, cAt + L);
        c1_0.intoArray(c, cAt + ldc);
        c1_1.intoArray(c, cAt + ldc + L);
        c2_0.intoArray(c, cAt + 2 * ldc);
        c2_1.intoArray(c, cAt + 2 * ldc + L);
        c3_0.intoArray(c, cAt + 3 * ldc);
        c3_1.intoArray(c, cAt + 3 * ldc + L);
        c4_0.intoArray(c, cAt + 4 * ldc);
        c4_1.intoArray(c, cAt + 4 * ldc + L);
        c5_0.intoArray(c, cAt + 5 * ldc);
        c5_1.intoArray(c, cAt + 5 * ldc + L);
    }

    private static void tile6x1(float[] a, int aAt, int k, float[] b, int bAt, int ldb,
                                float[] c, int cAt, int ldc) {
        FloatVector c0_0 = FloatVector.fromArray(S, ZEROS, 0 * L);
        FloatVector c1_0 = FloatVector.fromArray(S, ZEROS, 1 * L);
        FloatVector c2_0 = FloatVector.fromArray(S, ZEROS, 2 * L);
        FloatVector c3_0 = FloatVector.fromArray(S, ZEROS, 3 * L);
        FloatVector c4_0 = FloatVector.fromArray(S, ZEROS, 4 * L);
        FloatVector c5_0 = FloatVector.fromArray(S, ZEROS, 5 * L);
        int end = aAt + 6 * k;
        for (; aAt < end; aAt += 6, bAt += ldb) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt);
            FloatVector x = FloatVector.broadcast(S, a[aAt]);
            c0_0 = b0.fma(x, c0_0);
            x = FloatVector.broadcast(S, a[aAt + 1]);
            c1_0 = b0.fma(x, c1_0);
            x = FloatVector.broadcast(S, a[aAt + 2]);
            c2_0 = b0.fma(x, c2_0);
            x = FloatVector.broadcast(S, a[aAt + 3]);
            c3_0 = b0.fma(x, c3_0);
            x = FloatVector.broadcast(S, a[aAt + 4]);
            c4_0 = b0.fma(x, c4_0);
            x = FloatVector.broadcast(S, a[aAt + 5]);
            c5_0 = b0.fma(x, c5_0);
        }
        c0_0.intoArray(c, cAt);
        c1_0.intoArray(c, cAt + ldc);
        c2_0.intoArray(c, cAt + 2 * ldc);
        c3_0.intoArray(c, cAt + 3 * ldc);
        c4_0.intoArray(c, cAt + 4 * ldc);
        c5_0.intoArray(c, cAt + 5 * ldc);
    }

    private static void tile5x2(float[] a, int aAt, int k, float[] b,
                                float[] c, int cAt, int ldc) {
        FloatVector c0_0 = FloatVector.fromArray(S, ZEROS, 0 * L);
        FloatVector c0_1 = FloatVector.fromArray(S, ZEROS, 1 * L);
        FloatVector c1_0 = FloatVector.fromArray(S, ZEROS, 2 * L);
        FloatVector c1_1 = FloatVector.fromArray(S, ZEROS, 3 * L);
        FloatVector c2_0 = FloatVector.fromArray(S, ZEROS, 4 * L);
        FloatVector c2_1 = FloatVector.fromArray(S, ZEROS, 5 * L);
        FloatVector c3_0 = FloatVector.fromArray(S, ZEROS, 6 * L);
        FloatVector c3_1 = FloatVector.fromArray(S, ZEROS, 7 * L);
        FloatVector c4_0 = FloatVector.fromArray(S, ZEROS, 8 * L);
        FloatVector c4_1 = FloatVector.fromArray(S, ZEROS, 9 * L);
        int end = START + 2 * L * k;
        for (int bAt = START; bAt < end; bAt += 2 * L, aAt += 5) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt);
            FloatVector b1 = FloatVector.fromArray(S, b, bAt + L);
            FloatVector x = FloatVector.broadcast(S, a[aAt]);
            c0_0 = b0.fma(x, c0_0);
            c0_1 = b1.fma(x, c0_1);
            x = FloatVector.broadcast(S, a[aAt + 1]);
            c1_0 = b0.fma(x, c1_0);
            c1_1 = b1.fma(x, c1_1);
            x = FloatVector.broadcast(S, a[aAt + 2]);
            c2_0 = b0.fma(x, c2_0);
            c2_1 = b1.fma(x, c2_1);
            x = FloatVector.broadcast(S, a[aAt + 3]);
            c3_0 = b0.fma(x, c3_0);
            c3_1 = b1.fma(x, c3_1);
            x = FloatVector.broadcast(S, a[aAt + 4]);
            c4_0 = b0.fma(x, c4_0);
            c4_1 = b1.fma(x, c4_1);
        }
        c0_0.intoArray(c, cAt);
        c0_1.intoArray(c, cAt + L);
        c1_0.intoArray(c, cAt + ldc);
        c1_1.intoArray(c, cAt + ldc + L);
        c2_0.intoArray(c, cAt + 2 * ldc);
        c2_1.intoArray(c, cAt + 2 * ldc + L);
        c3_0.intoArray(c, cAt + 3 * ldc);
        c3_1.intoArray(c, cAt + 3 * ldc + L);
        c4_0.intoArray(c, cAt + 4 * ldc);
        c4_1.intoArray(c, cAt + 4 * ldc + L);
    }

    private static void tile5x1(float[] a, int aAt, int k, float[] b, int bAt, int ldb,
                                float[] c, int cAt, int ldc) {
        FloatVector c0_0 = FloatVector.fromArray(S, ZEROS, 0 * L);
        FloatVector c1_0 = FloatVector.fromArray(S, ZEROS, 1 * L);
        FloatVector c2_0 = FloatVector.fromArray(S, ZEROS, 2 * L);
        FloatVector c3_0 = FloatVector.fromArray(S, ZEROS, 3 * L);
        FloatVector c4_0 = FloatVector.fromArray(S, ZEROS, 4 * L);
        int end = aAt + 5 * k;
        for (; aAt < end; aAt += 5, bAt += ldb) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt);
            FloatVector x = FloatVector.broadcast(S, a[aAt]);
            c0_0 = b0.fma(x, c0_0);
            x = FloatVector.broadcast(S, a[aAt + 1]);
            c1_0 = b0.fma(x, c1_0);
            x = FloatVector.broadcast(S, a[aAt + 2]);
            c2_0 = b0.fma(x, c2_0);
            x = FloatVector.broadcast(S, a[aAt + 3]);
            c3_0 = b0.fma(x, c3_0);
            x = FloatVector.broadcast(S, a[aAt + 4]);
            c4_0 = b0.fma(x, c4_0);
        }
        c0_0.intoArray(c, cAt);
        c1_0.intoArray(c, cAt + ldc);
        c2_0.intoArray(c, cAt + 2 * ldc);
        c3_0.intoArray(c, cAt + 3 * ldc);
        c4_0.intoArray(c, cAt + 4 * ldc);
    }
}
