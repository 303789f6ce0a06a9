package io.github.shufflenet4j.kernel.conv;

/** Activations, or gradients to them, to be read. A column is a pixel of an image, image after image. */
public interface PlaneSource {

    /**
     * Copies consecutive columns of a channel.
     *
     * @param column first column
     * @param length number of columns
     */
    void read(int channel, int column, float[] to, int at, int length);

    /** Consecutive columns of a channel, from {@code at} on in an array that must not be written. */
    record Line(float[] array, int at) {
    }

    /** Consecutive columns of a channel where they lie, or copied as by {@link #read} if they lie in no array. */
    default Line line(int channel, int column, float[] to, int at, int length) {
        read(channel, column, to, at, length);
        return new Line(to, at);
    }

    /** Tells that a channel is not read any more. */
    default void release(int channel) {
    }
}
