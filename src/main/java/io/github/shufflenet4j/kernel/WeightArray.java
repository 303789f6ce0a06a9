package io.github.shufflenet4j.kernel;

/**
 * One array for the packed weights of many layers, each of which begins at a cache line: vectors that straddle two
 * lines cost a sixth of the speed of a convolution. That holds where the garbage collector puts an array of this size
 * at the start of a region, as the one that the JVM takes by itself does.
 */
public final class WeightArray {

    /** Floats of a cache line. */
    private static final int LINE = 16;
    /** Floats from the start of a large array to its first cache line, behind the array's header of 16 bytes. */
    public static final int HEADER_GAP = 12;

    private final float[] floats;
    private int used = HEADER_GAP;

    private WeightArray(int floats) {
        this.floats = new float[floats];
    }

    /**
     * An array for {@code layers} layers.
     *
     * @param floats of all layers
     * @throws ArithmeticException if they are more than an array has
     */
    public static WeightArray of(long floats, int layers) {
        return new WeightArray(Math.toIntExact(floats + HEADER_GAP + (long) layers * LINE));
    }

    /** The array itself. */
    float[] floats() {
        return floats;
    }

    /** Gives {@code count} floats to a layer, and returns where they begin. */
    int take(int count) {
        int at = used;
        if (count > floats.length - at) {
            throw new IllegalStateException(count + " weights, where " + (floats.length - at) + " are left");
        }
        used = Math.min(floats.length, HEADER_GAP + Rounding.up(at + count - HEADER_GAP, LINE));
        return at;
    }
}
