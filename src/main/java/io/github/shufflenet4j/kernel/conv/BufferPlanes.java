package io.github.shufflenet4j.kernel.conv;

import java.nio.FloatBuffer;

/**
 * NCHW activations in a buffer.
 *
 * @param buffer   {@code [images, channels, plane]}, from index 0 on
 * @param channels number of channels
 * @param plane    pixels of a plane
 */
public record BufferPlanes(FloatBuffer buffer, int channels, int plane) implements PlaneSource, PlaneTarget {

    @Override
    public void read(int channel, int column, float[] to, int at, int length) {
        for (int done = 0; done < length;) {
            int count = Math.min(length - done, plane - (column + done) % plane);
            buffer.get(place(channel, column + done), to, at + done, count);
            done += count;
        }
    }

    @Override
    public void write(int channel, int column, float[] from, int at, int length) {
        for (int done = 0; done < length;) {
            int count = Math.min(length - done, plane - (column + done) % plane);
            buffer.put(place(channel, column + done), from, at + done, count);
            done += count;
        }
    }

    private int place(int channel, int column) {
        return (column / plane * channels + channel) * plane + column % plane;
    }
}
