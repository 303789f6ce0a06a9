package io.github.shufflenet4j.data.image;

import org.bytedeco.opencv.global.opencv_imgcodecs;

/**
 * A JPEG file whose structure is sound: its size is read and its end found without decoding. Decoders fill in grey for
 * what is missing from a file; this is where a file cut short is told from a whole one.
 */
public final class JpegFile {

    /** The marker that starts an image. */
    private static final String SIGNATURE = "\u00FF\u00D8";
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private final byte[] bytes;
    private final String name;
    private int position = SIGNATURE.length();
    private int width;
    private int height;

    private JpegFile(byte[] bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

    /** Whether a file begins as JPEG files do. */
    static boolean isJpeg(byte[] bytes) {
        return ImageDecoder.startsWith(bytes, 0, SIGNATURE + "\u00FF");
    }

    /** Follows the markers of a file to its end. */
    static JpegFile check(byte[] bytes, String name) throws ImageFormatException {
        JpegFile file = new JpegFile(bytes, name);
        file.check();
        return file;
    }

    /** Pixels per row. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /**
     * The pixels, of the whole image or of one of smaller sides.
     *
     * @param reduction of the sides, which are rounded up: 1, 2, 4 or 8
     */
    public RgbImage decode(int reduction) throws ImageFormatException {
        RgbImage image = ImageDecoder.decodeByOpenCv(bytes, name, switch (reduction) {
            case 1 -> opencv_imgcodecs.IMREAD_COLOR;
            case 2 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
            case 4 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
            case 8 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
            default -> throw new IllegalArgumentException("a reduction by " + reduction);
        });
        if (image.width() != (width - 1) / reduction + 1 || image.height() != (height - 1) / reduction + 1) {
            throw new ImageFormatException(name, "damaged JPEG: its size is not that of its header");
        }
        return image;
    }

    private void check() throws ImageFormatException {
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
                readSize(segment, length);
            } else if (marker == START_OF_SCAN) {
                if (width == 0) {
                    throw new ImageFormatException(name, "damaged JPEG: image data before its size");
                }
                scanned = true;
            }
            position = segment + length;
        }
    }

    private void readSize(int segment, int length) throws ImageFormatException {
        if (length < 8) {
            throw new ImageFormatException(name, "damaged JPEG: no size in its header");
        }
        height = twoBytes(segment + 3);
        width = twoBytes(segment + 5);
        ImageDecoder.requireSize(name, width, height);
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
