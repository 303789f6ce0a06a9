package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Rounding;

/**
 * The blocks of columns that tasks work on, a batch being one column for each pixel, image after image. They depend on
 * shapes alone, never on threads, and do not cross the ends of a line.
 *
 * @param lines number of lines
 * @param line  columns of a line
 * @param size  columns of a block, but for the last of a line
 */
record ColumnBlocks(int lines, int line, int size) {

    /**
     * Floats of a block's input and output panels together. They need not fit a second-level cache, since tiles go
     * through a panel strip by strip; and the longer blocks are, the fewer partial sums of gradients there are to add.
     */
    private static final int PANEL_FLOATS = 3 << 17;
    private static final int MIN_COLUMNS = 768;
    private static final int MAX_COLUMNS = 3136;
    /** Blocks that there should be for threads to share, unless they get shorter than that many columns. */
    private static final int MIN_BLOCKS = 4;
    private static final int SHORT_COLUMNS = 192;
    private static final int MANY_BLOCKS = 8;

    /**
     * Blocks whose size is a multiple of {@code multiple}, for panels of {@code rows} rows together.
     *
     * @param tile columns of a tile, of which blocks are a multiple where there are so many of them that threads have
     *             the same work nevertheless
     */
    static ColumnBlocks of(int lines, int line, int rows, int multiple, int tile) {
        int wanted = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, PANEL_FLOATS / rows));
        int shares = Math.min(Rounding.ceilDiv(MIN_BLOCKS, lines), line / SHORT_COLUMNS);
        int perLine = Math.max(Rounding.ceilDiv(line, wanted), shares);
        return new ColumnBlocks(lines, line, Rounding.up(Rounding.ceilDiv(line, perLine),
            lines * perLine >= MANY_BLOCKS ? tile : multiple));
    }

    int perLine() {
        return Rounding.ceilDiv(line, size);
    }

    int count() {
        return lines * perLine();
    }

    /** First column of a block. */
    int from(int block) {
        return block / perLine() * line + block % perLine() * size;
    }

    /** The block that a column belongs to. */
    int at(int column) {
        return column / line * perLine() + column % line / size;
    }

    /** Number of columns of a block. */
    int width(int block) {
        return Math.min(size, line - block % perLine() * size);
    }
}
