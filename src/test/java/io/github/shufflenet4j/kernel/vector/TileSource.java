package io.github.shufflenet4j.kernel.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the tiles of {@link PointwiseTiles}, {@link WindowTiles} and {@link PackedTiles}: the compiler keeps sums in
 * registers only where they are local variables of straight code. The main method writes the files anew; a test
 * compares them.
 */
final class TileSource {

    private static final Path FOLDER = Path.of("src/main/java/io/github/shufflenet4j/kernel/vector");
    private static final String MARK = "    // Tiles: written by TileSource.\n";

    private final StringBuilder source = new StringBuilder();
    private final boolean windows;

    private TileSource(boolean windows) {
        this.windows = windows;
    }

    public static void main(String[] arguments) throws IOException {
        for (Path file : files()) {
            Files.writeString(file, generated(file));
        }
    }

    static Path[] files() {
        return new Path[] {FOLDER.resolve("PointwiseTiles.java"), FOLDER.resolve("WindowTiles.java"),
            FOLDER.resolve("PackedTiles.java")};
    }

    /** The file with its tiles as this class writes them. */
    static String generated(Path file) throws IOException {
        String content = Files.readString(file);
        int mark = content.indexOf(MARK);
        if (mark < 0) {
            throw new IOException(file + ": lacks the line that begins the tiles");
        }
        String tiles = file.endsWith("PackedTiles.java") ? PackedTile.tiles()
                : tiles(file.endsWith("WindowTiles.java"));
        return content.substring(0, mark + MARK.length()) + tiles + "}\n";
    }

    private static String tiles(boolean windows) {
        TileSource tiles = new TileSource(windows);
        // The first convolution has 24 outputs: two vectors of AVX-512, three or more of others.
        int[][] shapes = windows ? new int[][] {{7, 2}, {4, 3}, {4, 2}, {4, 1}}
                : new int[][] {{7, 3}, {7, 2}, {7, 1}, {6, 2}, {4, 3}, {4, 2}, {4, 1}, {1, 3}, {1, 2}, {1, 1}};
        for (int[] shape : shapes) {
            tiles.tile(shape[0], shape[1]);
        }
        return tiles.source.toString();
    }

    /**
     * Where pixels lie a constant apart, the compiler checks their bounds once, and loads all before it uses the first.
     * For tiles that take all of sixteen registers that is too early: they have an index, and so a check, for each
     * pixel.
     */
    private void tile(int pixels, int vectors) {
        boolean indexed = pixels == 4 && vectors == 3;
        String step = vectors == 1 ? " L" : " " + vectors + " * L";
        line(0, "");
        line(1, "private static void tile" + pixels + "x" + vectors + "(float[] in, int in0, "
                + (windows ? "int[] taps" : "int k") + (indexed ? ", int step" : "")
                + ", float[] w, int wAt,");
        if (windows) {
            line(1, "                            float minimum, float[] out, int outAt, int outPitch) {");
        } else {
            line(1, "                            float[] init, int initAt, int initPitch, int initGap, float minimum,");
            line(1, "                            float[] out, int outAt, int outPitch, int left, int gap) {");
        }
        for (int pixel = 1; pixel < pixels && !windows; pixel++) {
            line(2, place("init", "initPitch", pixel, "initGap"));
        }
        for (int pixel = 1; pixel < pixels && indexed; pixel++) {
            line(2, "int in" + pixel + " = in" + (pixel - 1) + " + step;");
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int vector = 0; vector < vectors; vector++) {
                line(2, "FloatVector " + sum(pixel, vector) + " = "
                        + (!windows ? "FloatVector.fromArray(S, init, init" + (pixel == 0 ? "At" : pixel)
                        + times("L", vector) + ")"
                        : pixel == 0 ? "FloatVector.fromArray(S, w, wAt" + times("L", vector) + ")"
                        : sum(0, vector)) + ";");
            }
        }
        if (windows) {
            line(2, "wAt +=" + step + ";");
        }
        line(2, "int end = wAt + " + (windows ? "taps.length" : "k") + " *" + step + ";");
        // Thirty-two registers hold the weights of two inputs or of a window's row at once, and the loop's own
        // instructions are shared.
        boolean twice = pixels == 7 && !windows;
        boolean byRow = pixels == 7 && windows;
        if (twice) {
            line(2, "if ((k & 1) != 0) {");
            step(pixels, vectors, indexed, 0);
            line(3, "wAt +=" + step + ";");
            line(3, "in0++;");
            line(2, "}");
        }
        String advance = twice ? " " + 2 * vectors + " * L, in0 += 2" : byRow ? " " + 3 * vectors + " * L, i += 3"
                : step + (moving(indexed) ? ", in0++" : ", i++");
        line(2, "for (" + (moving(indexed) ? "" : "int i = 0") + "; wAt < end; wAt +=" + advance + ") {");
        if (byRow) {
            windowRow(pixels, vectors);
        } else {
            step(pixels, vectors, indexed, 0);
        }
        if (twice) {
            step(pixels, vectors, indexed, 1);
        }
        line(2, "}");
        line(2, "IntVector m = FloatVector.broadcast(S, minimum).reinterpretAsInts();");
        for (int pixel = 0; pixel < pixels; pixel++) {
            boolean ownPlace = pixel > 0 && !windows;
            if (ownPlace) {
                line(2, place("out", "outPitch", pixel, "gap"));
            }
            for (int vector = 0; vector < vectors; vector++) {
                line(2, sum(pixel, vector) + ".reinterpretAsInts().max(m).reinterpretAsFloats().intoArray(out, out"
                        + (ownPlace ? pixel : "At" + times("outPitch", pixel)) + times("L", vector) + ");");
            }
        }
        line(1, "}");
    }

    /** Adds one input's products, the {@code next} beyond the loop's index, to all sums. */
    private void step(int pixels, int vectors, boolean indexed, int next) {
        boolean declares = next == 0;
        for (int vector = 0; vector < vectors; vector++) {
            line(3, (declares ? "FloatVector " : "") + "w" + vector + " = FloatVector.fromArray(S, w, wAt"
                    + times("L", next * vectors + vector) + ");");
        }
        if (windows) {
            line(3, "int tap = taps[i];");
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            line(3, (declares && pixel == 0 ? "FloatVector " : "") + "x = FloatVector.broadcast(S, in[in"
                    + (indexed ? pixel : "0") + (windows ? " + tap" : moving(indexed) ? "" : " + i")
                    + (indexed ? "" : windows ? pixel == 0 ? "" : " + " + 2 * pixel : times("PITCH", pixel))
                    + (next == 0 ? "" : " + " + next) + "]);");
            for (int vector = 0; vector < vectors; vector++) {
                line(3, sum(pixel, vector) + " = w" + vector + ".fma(x, " + sum(pixel, vector) + ");");
            }
        }
    }

    /** Adds the products of three inputs side by side; windows two apart share one of them. */
    private void windowRow(int pixels, int vectors) {
        for (int i = 0; i < 3 * vectors; i++) {
            line(3, "FloatVector w" + i + " = FloatVector.fromArray(S, w, wAt" + times("L", i) + ");");
        }
        line(3, "int tap = in0 + taps[i];");
        for (int input = 0; input <= 2 * pixels; input++) {
            line(3, (input == 0 ? "FloatVector " : "") + "x = FloatVector.broadcast(S, in[tap"
                    + (input == 0 ? "" : " + " + input) + "]);");
            for (int pixel = (input - 1) / 2; pixel < pixels && 2 * pixel <= input; pixel++) {
                for (int vector = 0; vector < vectors; vector++) {
                    line(3, sum(pixel, vector) + " = w" + ((input - 2 * pixel) * vectors + vector) + ".fma(x, "
                            + sum(pixel, vector) + ");");
                }
            }
        }
    }

    /** Whether the input's index moves itself: a sum with a fixed one would be taken apart for each pixel. */
    private boolean moving(boolean indexed) {
        return !windows && !indexed;
    }

    /** Declares the place of a pixel, which lies beyond the gap if the row ends before it. */
    private static String place(String name, String pitch, int pixel, String gap) {
        return "int " + name + pixel + " = " + name + "At" + times(pitch, pixel) + " + (left > " + pixel + " ? 0 : "
                + gap + ");";
    }

    private static String sum(int pixel, int vector) {
        return "c" + pixel + vector;
    }

    private static String times(String unit, int count) {
        return count == 0 ? "" : count == 1 ? " + " + unit : " + " + count + " * " + unit;
    }

    private void line(int indent, String text) {
        line(source, indent, text);
    }

    private static void line(StringBuilder source, int indent, String text) {
        source.append("    ".repeat(text.isEmpty() ? 0 : indent)).append(text).append('\n');
    }

    /** A tile of {@link PackedTiles}. */
    private record PackedTile(int rows, int vectors, StringBuilder source) {

        /** Rows of the largest tile where there are 16 registers. */
        private static final int FEW_ROWS = 6;

        static String tiles() {
            StringBuilder source = new StringBuilder();
            for (int rows : new int[] {12, 6, 5}) {
                new PackedTile(rows, 2, source).write();
                new PackedTile(rows, 1, source).write();
            }
            return source.toString();
        }

        private void write() {
            boolean single = vectors == 1;
            boolean few = rows <= FEW_ROWS;
            line(0, "");
            line(1, "private static void tile" + rows + "x" + vectors + "(float[] a, int aAt, int k, float[] b,"
                    + (single ? " int bAt, int ldb," : ""));
            line(1, "                            float[] c, int cAt, int ldc) {");
            for (int row = 0; row < rows; row++) {
                for (int vector = 0; vector < vectors; vector++) {
                    line(2, "FloatVector " + sum(row, vector) + " = FloatVector." + (few
                            ? "fromArray(S, ZEROS, " + (row * vectors + vector) + " * L)" : "zero(S)") + ";");
                }
            }
            // With an index of their own, the elements' bounds are checked at each step, which keeps the compiler from
            // loading all of them at once, for which 16 registers are too few.
            if (single) {
                line(2, "int end = aAt + " + rows + " * k;");
                line(2, "for (; aAt < end; aAt += " + rows + ", bAt += ldb) {");
            } else if (few) {
                line(2, "int end = START + 2 * L * k;");
                line(2, "for (int bAt = START; bAt < end; bAt += 2 * L, aAt += " + rows + ") {");
            } else {
                line(2, "for (int p = 0; p < k; p++) {");
            }
            boolean moving = single || few;
            for (int vector = 0; vector < vectors; vector++) {
                line(3, "FloatVector b" + vector + " = FloatVector.fromArray(S, b, "
                        + (moving ? "bAt" : "START + p * 2 * L") + times("L", vector) + ");");
            }
            for (int row = 0; row < rows; row++) {
                line(3, (row == 0 ? "FloatVector " : "") + "x = FloatVector.broadcast(S, a[aAt"
                        + (moving ? "" : " + p * " + rows) + (row == 0 ? "" : " + " + row) + "]);");
                for (int vector = 0; vector < vectors; vector++) {
                    line(3, sum(row, vector) + " = b" + vector + ".fma(x, " + sum(row, vector) + ");");
                }
            }
            line(2, "}");
            for (int row = 0; row < rows; row++) {
                for (int vector = 0; vector < vectors; vector++) {
                    line(2, sum(row, vector) + ".intoArray(c, cAt" + times("ldc", row) + times("L", vector) + ");");
                }
            }
            line(1, "}");
        }

        private static String sum(int row, int vector) {
            return "c" + row + "_" + vector;
        }

        private void line(int indent, String text) {
            TileSource.line(source, indent, text);
        }
    }
}
