package io.github.shufflenet4j.kernel;

/**
 * Temporary arrays of one thread, reused from loop to loop and from layer to layer. What they hold is undefined at the
 * start of a task, and a slot asked for twice in one task is the same array.
 */
final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** What an array is for; two that are needed together must differ. */
    enum Slot { INPUT, OUTPUT, GRADIENT, INPUT_GRADIENT, ROW, TRANSPOSED, WEIGHTS, PARTIAL_SUMS }

    private final float[][] arrays = new float[Slot.values().length][0];

    private Scratch() {
    }

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /** At least {@code size} floats. */
    float[] floats(Slot slot, int size) {
        float[] array = arrays[slot.ordinal()];
        if (array.length < size) {
            array = new float[size];
            arrays[slot.ordinal()] = array;
        }
        return array;
    }
}
