package io.github.shufflenet4j.kernel;

/**
 * How the columns of a batch, pixel after pixel and image after image, are divided into the blocks that tasks work on.
 * It depends on shapes alone, never on threads. Blocks do not cross the ends of a line.
 *
 * @param lines number of lines
 * @param line  columns of a line
 * @param size  columns of a block, but for the last of a line
 */
record Blocks(int lines, int line, int size) {

    /** Floats of a block's input and output panels together, three quarters of a mebibyte of second-level cache. */
    private static final int PANEL_FLOATS = 3 << 16;
    private static final int MIN_COLUMNS = 384;
    private static final int MAX_COLUMNS = 1568;
    /** As many blocks as there should be for threads to share, unless they get shorter than that many columns. */
    private static final int FEW = 4;
    private static final int SHORT_COLUMNS = 192;

    /**
     * @param rows    rows of the panels of a block, all together
     * @param granule what a block is a multiple of, but for the last of a line
     */
    static Blocks of(int lines, int line, int rows, int granule) {
        int wanted = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, PANEL_FLOATS / rows));
        int shares = Math.min(Rounding.ceilDiv(FEW, lines), line / SHORT_COLUMNS);
        int perLine = Math.max(Rounding.ceilDiv(line, wanted), shares);
        return new Blocks(lines, line, Rounding.up(Rounding.ceilDiv(line, perLine), granule));
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

    /** Number of columns of a block. */
    int width(int block) {
        return Math.min(size, line - block % perLine() * size);
    }
}
