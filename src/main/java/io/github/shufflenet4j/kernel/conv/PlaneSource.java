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

    /** The array that the columns of a channel lie in, one after the other; null if there is none. */
    default float[] array(int channel) {
        return null;
    }

    /** Where a column of a channel lies in its {@link #array}. */
    default int at(int channel, int column) {
        throw new UnsupportedOperationException("channel " + channel + " does not lie in an array");
    }

    /** Tells that a channel is not read any more. */
    default void release(int channel) {
    }
}
