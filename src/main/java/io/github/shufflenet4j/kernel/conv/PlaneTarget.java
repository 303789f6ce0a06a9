package io.github.shufflenet4j.kernel.conv;

/** Receives activations, or gradients to them; columns are as in {@link PlaneSource}. */
public interface PlaneTarget {

    /** Writes consecutive columns of a channel, from {@code column} on. */
    void write(int channel, int column, float[] from, int at, int length);
}
