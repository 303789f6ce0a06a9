package io.github.shufflenet4j.spark.hadoop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

import org.apache.hadoop.fs.FSDataInputStream;

/** A file of Hadoop's that is read. */
final class HadoopChannel implements SeekableByteChannel {

    private static final int CHUNK = 1 << 16;

    private final FSDataInputStream in;
    private final long size;
    private boolean closed;

    /** @param size of the file, in bytes */
    HadoopChannel(FSDataInputStream in, long size) {
        this.in = in;
        this.size = size;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        byte[] chunk = new byte[Math.min(CHUNK, target.remaining())];
        int count = in.read(chunk);
        if (count > 0) {
            target.put(chunk, 0, count);
        }
        return count;
    }

    @Override
    public long position() throws IOException {
        return in.getPos();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        in.seek(position);
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long length) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        in.close();
    }
}
