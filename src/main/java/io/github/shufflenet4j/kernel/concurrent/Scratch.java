package io.github.shufflenet4j.kernel.concurrent;

/**
 * Temporary arrays of one thread, reused from loop to loop and from layer to layer. Their contents are undefined at the
 * start of a task, and a slot requested twice in one task is the same array.
 */
public final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** The purposes of arrays; two that are needed together must differ. */
    public enum Slot {
        INPUT, OUTPUT, GRADIENT, INPUT_GRADIENT, ROW, ADDEND, TRANSPOSED, WEIGHTS, PARTIAL_SUMS, PACKED_ROWS,
        PACKED_COLUMNS
    }

    private final float[][] arrays = new float[Slot.values().length][0];

    private Scratch() {
    }

    /** That of the calling thread. */
    public static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /** At least {@code size} floats. */
    public float[] floats(Slot slot, int size) {
        float[] array = arrays[slot.ordinal()];
        if (array.length < size) {
            array = new float[size];
            arrays[slot.ordinal()] = array;
        }
        return array;
    }
}
