package io.github.shufflenet4j.data;

/**
 * The frame of a JPEG file: reads its size and finds its end without decoding. Decoders fill in grey for what is
 * missing from a file; this is where a file cut short is told from a whole one.
 */
final class JpegFile {

    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private final byte[] bytes;
    private final String name;
    private int position = 2;

    private JpegFile(byte[] bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

    /** Follows the markers of a file to its end. */
    static void check(byte[] bytes, String name) throws ImageFormatException {
        new JpegFile(bytes, name).check();
    }

    private void check() throws ImageFormatException {
        boolean sized = false;
        boolean scanned = false;
        while (true) {
            int marker = nextMarker();
            if (marker == END_OF_IMAGE) {
                if (!scanned) {
                    throw new ImageFormatException(name, "a JPEG file without an image");
                }
                return;
            }
            if (isAlone(marker)) {
                continue;
            }
            int segment = position;
            int length = twoBytes(segment);
            if (length < 2) {
                throw new ImageFormatException(name, "damaged JPEG: a segment of " + length + " bytes");
            }
            if (isStartOfFrame(marker)) {
                requireSize(segment, length);
                sized = true;
            } else if (marker == START_OF_SCAN) {
                if (!sized) {
                    throw new ImageFormatException(name, "damaged JPEG: image data before its size");
                }
                scanned = true;
            }
            position = segment + length;
        }
    }

    private void requireSize(int segment, int length) throws ImageFormatException {
        if (length < 8) {
            throw new ImageFormatException(name, "damaged JPEG: no size in its header");
        }
        ImageDecoder.requireSize(name, twoBytes(segment + 5), twoBytes(segment + 3));
    }

    /** The next marker's code. What lies before it is entropy-coded data, where 0xFF00 stands for a byte 0xFF. */
    private int nextMarker() throws ImageFormatException {
        while (true) {
            while (oneByte(position) != 0xFF) {
                position++;
            }
            while (oneByte(position) == 0xFF) {
                position++;
            }
            int code = oneByte(position++);
            if (code != 0) {
                return code;
            }
        }
    }

    /** Markers without a segment: restarts, start of image, and TEM. */
    private static boolean isAlone(int marker) {
        return marker >= 0xD0 && marker <= 0xD8 || marker == 0x01;
    }

    /** SOF0 to SOF15, between which lie the tables DHT, JPG and DAC. */
    private static boolean isStartOfFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private int twoBytes(int at) throws ImageFormatException {
        return oneByte(at) << 8 | oneByte(at + 1);
    }

    private int oneByte(int at) throws ImageFormatException {
        if (at >= bytes.length) {
            throw new ImageFormatException(name, "truncated: the JPEG data ends early");
        }
        return bytes[at] & 0xFF;
    }
}
