package io.github.shufflenet4j.data.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A JPEG file whose structure is sound: its size is read and its end found without decoding. Decoders fill in grey for
 * what is missing from a file; this is where a file cut short is told from a whole one.
 */
public final class JpegFile {

    private static final String SIGNATURE = "\u00FF\u00D8";
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;
    /** Of JFIF; the others hold metadata, except for Adobe's, which tells CMYK from YCCK. */
    private static final int FIRST_APPLICATION = 0xE0;
    private static final int ADOBE = 0xEE;
    private static final int LAST_APPLICATION = 0xEF;
    private static final int COMMENT = 0xFE;

    private final byte[] bytes;
    private final String name;
    private int position = SIGNATURE.length();
    private int width;
    private int height;
    private int components;
    private boolean ycck;
    private final List<Segment> metadata = new ArrayList<>();

    /** @param start of its marker in the file */
    private record Segment(int start, int end) {
    }

    private JpegFile(byte[] bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

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

    /** The pixels, with the sides divided by {@code reduction}, which is 1, 2, 4 or 8, and rounded up. */
    public RgbImage decode(int reduction) throws ImageFormatException {
        return sized(OpenCv.jpeg(bytes, name, reduction), reduction);
    }

    /** The pixels of the whole image, without OpenCV. */
    RgbImage decodeByJava() throws IOException {
        ImageIoReader reader = components != 4 ? ImageIoReader.JPEG
                : ycck ? ImageIoReader.JPEG_YCCK : ImageIoReader.JPEG_CMYK;
        // Where metadata are damaged or not in the usual order, the reader would refuse the image.
        ByteArrayOutputStream essential = new ByteArrayOutputStream(bytes.length);
        int from = 0;
        for (Segment segment : metadata) {
            essential.write(bytes, from, segment.start - from);
            from = segment.end;
        }
        essential.write(bytes, from, bytes.length - from);
        return sized(reader.decode(essential.toByteArray(), name), 1);
    }

    private RgbImage sized(RgbImage image, int reduction) throws ImageFormatException {
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
                ImageFormatException.throwIf(!scanned, name, "a JPEG file without an image");
                return;
            }
            if (isAlone(marker)) {
                continue;
            }
            int segment = position;
            int length = twoBytes(segment);
            ImageFormatException.throwIf(length < 2, name, "damaged JPEG: a segment of " + length + " bytes");
            if (isStartOfFrame(marker)) {
                readSize(segment, length);
            } else if (marker == START_OF_SCAN) {
                ImageFormatException.throwIf(width == 0, name, "damaged JPEG: image data before its size");
                scanned = true;
            } else if (marker == ADOBE) {
                ycck = length >= 14 && oneByte(segment + 13) == 2;
            } else if (marker == COMMENT || marker > FIRST_APPLICATION && marker <= LAST_APPLICATION) {
                metadata.add(new Segment(segment - 2, segment + length));
            }
            position = segment + length;
        }
    }

    private void readSize(int segment, int length) throws ImageFormatException {
        ImageFormatException.throwIf(length < 8, name, "damaged JPEG: no size in its header");
        height = twoBytes(segment + 3);
        width = twoBytes(segment + 5);
        components = oneByte(segment + 7);
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
        ImageFormatException.throwIf(at >= bytes.length, name, "truncated: the JPEG data ends early");
        return bytes[at] & 0xFF;
    }
}
