package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Little-endian bytes of a file, read from front to back. Each length is checked against the remaining bytes before
 * anything is allocated, and each fault names the file.
 */
public final class Bytes {

    /**
     * Maximum length of a file, unpacked: an eighth of the heap, so that its values fit as well, four bytes for each
     * byte. The largest ShuffleNet V2 is 30 MB.
     */
    private static final long LIMIT = Math.min(Runtime.getRuntime().maxMemory() / 8, Integer.MAX_VALUE - 8);

    private final Path file;
    private final ByteBuffer buffer;

    public Bytes(Path file, byte[] content) {
        this(file, ByteBuffer.wrap(content));
    }

    private Bytes(Path file, ByteBuffer buffer) {
        this.file = file;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All bytes of a file. */
    public static Bytes of(Path file) throws WeightFileException {
        return head(file, Integer.MAX_VALUE);
    }

    /** The first {@code length} bytes of a file, or all if it has fewer; the whole file must be within the limit. */
    public static Bytes head(Path file, int length) throws WeightFileException {
        try {
            requireRegular(file);
            long size = Files.size(file);
            WeightFileException.throwIf(size == 0, file, "is empty; fetch or save it again");
            checkLimit(file, size);
            try (var in = Files.newInputStream(file)) {
                return new Bytes(file, in.readNBytes((int) Math.min(size, length)));
            }
        } catch (IOException e) { // whose message in NIO is often the bare path
            String fault = e instanceof NoSuchFileException ? "no such file"
                    : e instanceof AccessDeniedException ? "may not be read: permission denied"
                    : "cannot be read: " + e.getMessage();
            throw e instanceof WeightFileException known ? known : new WeightFileException(file, fault, e);
        }
    }

    /** Refuses pipes and devices: opening a pipe would wait for a writer, and a device may never end. */
    static void requireRegular(Path file) throws WeightFileException {
        WeightFileException.throwIf(Files.exists(file) && !Files.isRegularFile(file), file,
                Files.isDirectory(file) ? "is a folder, not a file" : "is not a regular file");
    }

    /** Refuses content that would not fit the heap; a negative size is an unsigned one beyond 2^63. */
    static void checkLimit(Path file, long bytes) throws WeightFileException {
        WeightFileException.throwIf(bytes < 0 || bytes > LIMIT, file, "holds " + Long.toUnsignedString(bytes)
                + " bytes, more than the " + LIMIT
                + " that an eighth of the heap allows; if it should be that large, raise -Xmx");
    }

    public WeightFileException fault(String fault) {
        return new WeightFileException(file, fault);
    }

    public WeightFileException fault(String fault, Throwable cause) {
        return new WeightFileException(file, fault, cause);
    }

    /** Throws a fault, whose text is {@linkplain String#format formatted}, if something is wrong. */
    public void throwIf(boolean wrong, String fault, Object... values) throws WeightFileException {
        if (wrong) {
            throw fault(String.format(fault, values));
        }
    }

    public int remaining() {
        return buffer.remaining();
    }

    public int unsignedByte() throws WeightFileException {
        return require(1).get() & 0xff;
    }

    public int unsignedShort() throws WeightFileException {
        return require(2).getShort() & 0xffff;
    }

    public int signedInt() throws WeightFileException {
        return require(4).getInt();
    }

    public long unsignedInt() throws WeightFileException {
        return Integer.toUnsignedLong(signedInt());
    }

    /** Also for unsigned lengths: those beyond 2^63 are negative, and no method here accepts a negative length. */
    public long signedLong() throws WeightFileException {
        return require(8).getLong();
    }

    public double bigEndianDouble() throws WeightFileException {
        return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
    }

    public byte[] array(long length) throws WeightFileException {
        require(length);
        byte[] bytes = new byte[(int) length];
        buffer.get(bytes);
        return bytes;
    }

    public String text(long length, Charset charset) throws WeightFileException {
        return new String(array(length), charset);
    }

    /** Text up to the next line feed, which is taken as well. */
    public String line() throws WeightFileException {
        int length = 0;
        while (length < remaining() && buffer.get(buffer.position() + length) != '\n') {
            length++;
        }
        String line = text(length, StandardCharsets.UTF_8);
        require(1).get();
        return line;
    }

    /** The next bytes, without a copy. */
    public Bytes take(long length) throws WeightFileException {
        require(length);
        ByteBuffer taken = buffer.slice(buffer.position(), (int) length);
        buffer.position(buffer.position() + (int) length);
        return new Bytes(file, taken);
    }

    /** Other bytes out of the same file. */
    public Bytes sibling(byte[] content) {
        return new Bytes(file, content);
    }

    /** The remaining bytes, to be read without advancing here. */
    public Bytes again() {
        return new Bytes(file, buffer.slice());
    }

    /** The remaining bytes as a little-endian buffer that starts at index 0. */
    public ByteBuffer toBuffer() {
        return buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer require(long length) throws WeightFileException {
        if (length < 0 || length > remaining()) {
            throw fault("is damaged or cut short: " + Long.toUnsignedString(length) + " bytes wanted where "
                    + remaining() + " are left; fetch or save it again");
        }
        return buffer;
    }
}
