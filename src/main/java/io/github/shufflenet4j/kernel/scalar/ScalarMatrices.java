package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.MatrixKernels;
import java.util.Arrays;

/** Matrix products. */
final class ScalarMatrices implements MatrixKernels {

    /** Rows of the second operand whose dot products are computed at once. */
    private static final int TILE_COLUMNS = 4;

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

    /** A row is a tile: packed, rows just follow each other. */
    @Override
    public int packedRows() {
        return 1;
    }

    @Override
    public void pack(float[] a, int lda, int m, int k, int tile, float[] packed) {
        System.arraycopy(a, tile * lda, packed, tile * k, k);
    }

    @Override
    public void packTransposed(float[] x, int ldx, int m, int k, int tile, float[] packed) {
        for (int p = 0; p < k; p++) {
            packed[tile * k + p] = x[p * ldx + tile];
        }
    }

    @Override
    public void multiplyPacked(float[] packed, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc) {
        multiply(packed, k, m, k, b, ldb, n, c, cAt, ldc);
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

    /** Eight rows at a time, so that stores fill half a line of the cache. */
    @Override
    public void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut) {
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
}
