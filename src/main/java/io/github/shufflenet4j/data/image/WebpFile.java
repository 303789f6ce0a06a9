package io.github.shufflenet4j.data.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The chunks of a WebP file, checked before a decoder allocates anything by them. */
final class WebpFile {

    private static final int CHUNKS = 12;
    /** Type and length before a chunk's content. */
    private static final int FRAMING = 8;
    private static final int ANIMATED = 0x02;
    /** Widths and heights have 14 bits. */
    private static final int SIZE = 0x3FFF;
    /** Bytes that the reader takes at a time. */
    private static final int LOOK_AHEAD = 8;

    private WebpFile() {
    }

    /** The file with the chunk of its colours alone. Animations are refused: the reader gives wrong colours. */
    static byte[] essential(byte[] bytes, String name) throws ImageFormatException {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long end = FRAMING + Integer.toUnsignedLong(file.getInt(4));
        for (long start = CHUNKS; start + FRAMING <= end; ) {
            long length = start + FRAMING > bytes.length ? 0
                    : Integer.toUnsignedLong(file.getInt((int) start + 4));
            ImageFormatException.throwIf(end > bytes.length || start + FRAMING + length > end, name,
                    "truncated: the WebP data ends early");
            int content = (int) start + FRAMING;
            String type = new String(bytes, (int) start, 4, StandardCharsets.ISO_8859_1);
            ImageFormatException.throwIf(type.equals("VP8X") && length > 0 && (bytes[content] & ANIMATED) != 0, name,
                    "an animated WebP file, of which none is read");
            if (type.equals("VP8 ") && length >= 10) {
                ImageDecoder.requireSize(name, file.getChar(content + 6) & SIZE, file.getChar(content + 8) & SIZE);
                return alone(bytes, (int) start, (int) length);
            }
            if (type.equals("VP8L") && length >= 5) {
                int size = file.getInt(content + 1);
                ImageDecoder.requireSize(name, (size & SIZE) + 1, (size >>> 14 & SIZE) + 1);
                return alone(bytes, (int) start, (int) length);
            }
            start += FRAMING + length + length % 2;
        }
        throw new ImageFormatException(name, "a WebP file without an image, or a damaged one");
    }

    /** The chunk's data goes on with zeros, since the reader looks ahead. */
    private static byte[] alone(byte[] bytes, int start, int length) {
        int padded = length + LOOK_AHEAD + length % 2;
        byte[] file = new byte[CHUNKS + FRAMING + padded];
        System.arraycopy(bytes, 0, file, 0, CHUNKS);
        System.arraycopy(bytes, start, file, CHUNKS, FRAMING + length);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, file.length - FRAMING)
                .putInt(CHUNKS + 4, padded);
        return file;
    }

    /** A stream that fails at its end, where the reader would go on with bits that are not in the file. */
    static ImageInputStream input(byte[] essential) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(essential)) {
            @Override
            public int read() throws IOException {
                return some(super.read());
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return some(super.read(target, offset, length));
            }

            private static int some(int result) throws IOException {
                if (result < 0) {
                    throw new IIOException("the data ends early");
                }
                return result;
            }
        };
    }
}
