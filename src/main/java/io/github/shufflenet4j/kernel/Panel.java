package io.github.shufflenet4j.kernel;

/**
 * A matrix by rows in an array.
 *
 * @param floats    the array
 * @param at        index of the first element
 * @param rowLength distance from row to row, which may exceed the number of columns
 */
public record Panel(float[] floats, int at, int rowLength) {

    /** A matrix that begins where its array does. */
    public static Panel of(float[] floats, int rowLength) {
        return new Panel(floats, 0, rowLength);
    }

    /** Index of the first element of a row. */
    public int row(int row) {
        return at + row * rowLength;
    }
}
