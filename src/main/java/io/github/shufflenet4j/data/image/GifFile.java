package io.github.shufflenet4j.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The canvas of a GIF file, and the place of its first frame on it, in pixels. As in Pillow, a canvas that is smaller
 * than the frame grows with it.
 */
record GifFile(int width, int height, int left, int top) {

    private static final int SCREEN = 6;
    private static final int BLOCKS = 13;
    private static final int IMAGE = ',';
    private static final int EXTENSION = '!';

    /** Follows the blocks of a file to its first frame; throws some RuntimeException if it ends before. */
    static GifFile of(byte[] bytes, String name) throws ImageFormatException {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int width = file.getChar(SCREEN);
        int height = file.getChar(SCREEN + 2);
        byte flags = file.get(SCREEN + 4);
        file.position(BLOCKS + (flags < 0 ? 6 << (flags & 7) : 0)); // the global palette
        for (int block = file.get(); block != IMAGE; block = file.get()) {
            ImageFormatException.throwIf(block != EXTENSION, name, "a GIF file without an image, or a damaged one");
            file.get(); // what kind of extension it is
            for (int length = file.get() & 0xFF; length > 0; length = file.get() & 0xFF) {
                file.position(file.position() + length);
            }
        }
        int left = file.getChar();
        int top = file.getChar();
        width = Math.max(width, left + file.getChar());
        height = Math.max(height, top + file.getChar());
        ImageDecoder.requireSize(name, width, height);
        return new GifFile(width, height, left, top);
    }

    /** The canvas: the frame at its place, and {@code background} around it. */
    RgbImage place(RgbImage frame, int background) {
        if (frame.width() == width && frame.height() == height) {
            return frame;
        }
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (background >> 16 - 8 * (i % 3));
        }
        frame.copyTo(pixels, width, left, top);
        return new RgbImage(width, height, pixels);
    }
}
