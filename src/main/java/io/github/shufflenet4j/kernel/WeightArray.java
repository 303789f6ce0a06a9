package io.github.shufflenet4j.kernel;

/**
 * One array for the packed weights of many layers, each of which begins at a {@linkplain CacheLine cache line}: vectors
 * that straddle two lines cost a sixth of the speed of a convolution.
 */
public final class WeightArray {

    private final float[] floats;
    private int used = CacheLine.START;

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
        return new WeightArray(Math.toIntExact(floats + CacheLine.START + (long) layers * CacheLine.FLOATS));
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
        used = Math.min(floats.length, CacheLine.START + Rounding.up(at + count - CacheLine.START, CacheLine.FLOATS));
        return at;
    }
}
