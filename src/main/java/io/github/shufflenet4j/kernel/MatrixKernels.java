package io.github.shufflenet4j.kernel;

/** Matrix products on heap arrays. */
public interface MatrixKernels {

    /** A multiple of the rows of every kind of tile. */
    int TILE_ROWS = 12;
    /** Vectors of a row of the largest tile; what is left of them is multiplied one by one. */
    int TILE_VECTORS = 4;

    /**
     * Matrix product {@code c = a b}.
     *
     * @param a {@code [m, k]}
     * @param b {@code [k, n]}
     * @param n number of columns, a multiple of {@link KernelProvider#lanes}
     * @param c {@code [m, n]}, overwritten up to a multiple of {@value #TILE_ROWS} rows
     */
    void multiply(Panel a, int m, int k, Panel b, int n, Panel c);

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
     * @param a      {@code [m, k]}
     * @param packed receives the rows, at their place among those of all tiles
     */
    void pack(Panel a, int m, int k, int tile, float[] packed);

    /** {@link #pack} for a first operand {@code xᵀ}, of {@code x [k, m]}. */
    void packTransposed(Panel x, int m, int k, int tile, float[] packed);

    /** {@link #multiply} with a first operand that {@link #pack} has packed: worth it where it is used again. */
    void multiplyPacked(float[] packed, int m, int k, Panel b, int n, Panel c);

    /**
     * Matrix product {@code c = a bᵀ}, by dot products of rows.
     *
     * @param a {@code [m, n]}, with memory for rows up to a multiple of {@value #TILE_ROWS}
     * @param b {@code [k, n]}, with memory for rows up to a multiple of {@value #TILE_ROWS}
     * @param n number of columns, a multiple of {@link KernelProvider#lanes}
     * @param c {@code [m, k]}
     */
    void multiplyTransposed(Panel a, int m, Panel b, int k, int n, Panel c);

    /** {@code out = xᵀ} for {@code x [rows, columns]}. */
    void transpose(Panel x, int rows, int columns, Panel out);
}
