package io.github.shufflenet4j.kernel;

/**
 * Matrix products on heap arrays; an offset follows its array. A panel is a matrix by rows whose row length {@code ld}
 * may exceed its number of columns.
 */
public interface MatrixKernels {

    /** Rows of a tile of both products. */
    int TILE_ROWS = 6;
    /** Vectors of a row of the largest tile of {@link #multiply}; what is left of them is multiplied one by one. */
    int TILE_VECTORS = 4;
    /** Rows of the second operand in a tile of {@link #multiplyTransposed}. */
    int TILE_COLUMNS = 4;

    /**
     * Matrix product {@code c = a b}.
     *
     * @param a panel {@code [m, k]}
     * @param b panel {@code [k, n]}
     * @param n number of columns, a multiple of {@link KernelProvider#lanes}
     * @param c panel {@code [m, n]}, overwritten up to a multiple of {@value #TILE_ROWS} rows
     */
    void multiply(float[] a, int lda, int m, int k, float[] b, int ldb, int n, float[] c, int cAt, int ldc);

    /**
     * Matrix product {@code c = a bᵀ}, by dot products of rows.
     *
     * @param a panel {@code [m, n]}, with memory for rows up to a multiple of {@value #TILE_ROWS}
     * @param b panel {@code [k, n]}, with memory for rows up to a multiple of {@value #TILE_COLUMNS}
     * @param n number of columns, a multiple of {@link KernelProvider#lanes}
     * @param c panel {@code [m, k]}
     */
    void multiplyTransposed(float[] a, int m, float[] b, int k, int ld, int n, float[] c, int cAt, int ldc);

    /** {@code out = xᵀ} for a panel {@code [rows, columns]}. */
    void transpose(float[] x, int rows, int columns, int ld, float[] out, int ldOut);
}
