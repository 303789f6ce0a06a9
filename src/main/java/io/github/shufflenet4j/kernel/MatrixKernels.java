package io.github.shufflenet4j.kernel;

/**
 * Matrix products on heap arrays; an offset follows its array. A panel is a matrix by rows whose row length {@code ld}
 * may exceed its number of columns.
 */
public interface MatrixKernels {

    /** A multiple of the rows of every kind of tile. */
    int TILE_ROWS = 12;
    /** Vectors of a row of the largest tile; what is left of them is multiplied one by one. */
    int TILE_VECTORS = 4;

    /**
     * Matrix product {@code c = a b}.
     *
     * @param a panel {@code [m, k]}
     * @param b panel {@code [k, n]}
     * @param n number of columns, a multiple of {@link KernelProvider#lanes}
     * @param c panel {@code [m, n]}, overwritten up to a multiple of {@value #TILE_ROWS} rows
     */
    void multiply(float[] a, int lda, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc);

    /** Rows of a tile of {@link #multiplyPacked}. */
    int packedRows();

    /** Number of tiles of a first operand with {@code m} rows. */
    default int packedTiles(int m) {
        return Rounding.ceilDiv(m, packedRows());
    }

    /** Floats that a first operand {@code [m, k]} takes. */
    default int packedSize(int m, int k) {
        return Math.multiplyExact(packedTiles(m) * packedRows(), k);
    }

    /**
     * Packs the rows of a tile of a first operand.
     *
     * @param a      panel {@code [m, k]}
     * @param packed receives the rows, at their place among those of all tiles
     */
    void pack(float[] a, int lda, int m, int k, int tile, float[] packed);

    /** {@link #pack} for a first operand {@code xᵀ}, of a panel {@code x [k, m]}. */
    void packTransposed(float[] x, int ldx, int m, int k, int tile, float[] packed);

    /** {@link #multiply} with a first operand that {@link #pack} has packed: worth it where it is used again. */
    void multiplyPacked(float[] packed, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc);

    /**
     * Matrix product {@code c = a bᵀ}, by dot products of rows.
     *
     * @param a panel {@code [m, n]}, with memory for rows up to a multiple of {@value #TILE_ROWS}
     * @param b panel {@code [k, n]}, with memory for rows up to a multiple of {@value #TILE_ROWS}
     * @param n number of columns, a multiple of {@link KernelProvider#lanes}
     * @param c panel {@code [m, k]}
     */
    void multiplyTransposed(float[] a, int m, float[] b, int k, int ld, int n, float[] c, int cAt, int ldc);

    /** {@code out = xᵀ} for a panel {@code [rows, columns]}. */
    void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut);
}
