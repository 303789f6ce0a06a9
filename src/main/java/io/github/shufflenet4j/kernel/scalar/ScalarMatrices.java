package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
import java.util.Arrays;

/** Matrix products. */
final class ScalarMatrices implements MatrixKernels {

    /** Rows of the second operand whose dot products are computed at once. */
    private static final int TILE_COLUMNS = 4;

    @Override
    public void multiply(Panel a, int m, int k, Panel b, int n, Panel c) {
        float[] x = a.floats();
        float[] y = b.floats();
        float[] z = c.floats();
        for (int i = 0; i < m; i++) {
            int row = a.row(i);
            int out = c.row(i);
            Arrays.fill(z, out, out + n, 0);
            int p = 0;
            for (; p + 4 <= k; p += 4) {
                float x0 = x[row + p];
                float x1 = x[row + p + 1];
                float x2 = x[row + p + 2];
                float x3 = x[row + p + 3];
                int y0 = b.row(p);
                int y1 = b.row(p + 1);
                int y2 = b.row(p + 2);
                int y3 = b.row(p + 3);
                for (int j = 0; j < n; j++) {
                    z[out + j] += x0 * y[y0 + j] + x1 * y[y1 + j] + (x2 * y[y2 + j] + x3 * y[y3 + j]);
                }
            }
            for (; p < k; p++) {
                float x0 = x[row + p];
                int y0 = b.row(p);
                for (int j = 0; j < n; j++) {
                    z[out + j] += x0 * y[y0 + j];
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
    public void pack(Panel a, int m, int k, int tile, float[] packed) {
        System.arraycopy(a.floats(), a.row(tile), packed, tile * k, k);
    }

    @Override
    public void packTransposed(Panel x, int m, int k, int tile, float[] packed) {
        for (int p = 0; p < k; p++) {
            packed[tile * k + p] = x.floats()[x.row(p) + tile];
        }
    }

    @Override
    public void multiplyPacked(float[] packed, int m, int k, Panel b, int n, Panel c) {
        multiply(Panel.of(packed, k), m, k, b, n, c);
    }

    @Override
    public void multiplyTransposed(Panel a, int m, Panel b, int k, int n, Panel c) {
        float[] x = a.floats();
        float[] y = b.floats();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < k; j += TILE_COLUMNS) {
                int x0 = a.row(i);
                int y0 = b.row(j);
                int y1 = b.row(j + 1);
                int y2 = b.row(j + 2);
                int y3 = b.row(j + 3);
                float c0 = 0;
                float c1 = 0;
                float c2 = 0;
                float c3 = 0;
                for (int p = 0; p < n; p++) {
                    float factor = x[x0 + p];
                    c0 += factor * y[y0 + p];
                    c1 += factor * y[y1 + p];
                    c2 += factor * y[y2 + p];
                    c3 += factor * y[y3 + p];
                }
                float[] sums = {c0, c1, c2, c3};
                System.arraycopy(sums, 0, c.floats(), c.row(i) + j, Math.min(TILE_COLUMNS, k - j));
            }
        }
    }

    /** Eight rows at a time, so that stores fill half a line of the cache. */
    @Override
    public void transpose(Panel x, int rows, int columns, Panel out) {
        float[] from = x.floats();
        float[] to = out.floats();
        int ld = x.rowLength();
        int i = 0;
        for (; i + 8 <= rows; i += 8) {
            int row = x.row(i);
            for (int j = 0; j < columns; j++) {
                int at = out.row(j) + i;
                to[at] = from[row + j];
                to[at + 1] = from[row + ld + j];
                to[at + 2] = from[row + 2 * ld + j];
                to[at + 3] = from[row + 3 * ld + j];
                to[at + 4] = from[row + 4 * ld + j];
                to[at + 5] = from[row + 5 * ld + j];
                to[at + 6] = from[row + 6 * ld + j];
                to[at + 7] = from[row + 7 * ld + j];
            }
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[out.row(j) + i] = from[x.row(i) + j];
            }
        }
    }
}
