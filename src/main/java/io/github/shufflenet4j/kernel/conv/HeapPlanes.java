package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.CacheLine;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/** Activations or gradients on the heap, {@code [channels, images, plane]}: a panel whose rows are channels. */
public final class HeapPlanes implements PlaneSource, PlaneTarget {

    private final float[] data;
    private final int pitch;
    /** Channels that are still to be read. */
    private int unread;
    private final Runnable whenRead;

    /**
     * @param data     memory, at least of the {@link #size}
     * @param channels number of channels
     * @param columns  columns of a channel: images times pixels
     * @param whenRead runs once all channels have been released
     */
    HeapPlanes(float[] data, int channels, int columns, Runnable whenRead) {
        this.data = data;
        this.pitch = pitch(columns);
        this.unread = channels;
        this.whenRead = whenRead;
    }

    /** Planes that stay until their memory is used again. */
    public static HeapPlanes of(float[] data, int channels, int columns) {
        return new HeapPlanes(data, channels, columns, () -> { });
    }

    /** Floats of memory that so many columns of so many channels take. */
    public static int size(int channels, int columns) {
        return Math.addExact(CacheLine.START, Math.multiplyExact(channels, pitch(columns)));
    }

    private static int pitch(int columns) {
        int lanes = KernelProviders.get().lanes();
        return DenseConvNorm.rowLength(columns, lanes);
    }

    float[] data() {
        return data;
    }

    /** Where a column of a channel lies in {@link #data}, with room for a vector beyond the last one. */
    int at(int channel, int column) {
        return CacheLine.START + channel * pitch + column;
    }

    @Override
    public Line line(int channel, int column, float[] to, int at, int length) {
        return new Line(data, at(channel, column));
    }

    @Override
    public void read(int channel, int column, float[] to, int at, int length) {
        System.arraycopy(data, at(channel, column), to, at, length);
    }

    @Override
    public void write(int channel, int column, float[] from, int at, int length) {
        System.arraycopy(from, at, data, at(channel, column), length);
    }

    @Override
    public void release(int channel) {
        if (--unread == 0) {
            whenRead.run();
        }
    }
}
