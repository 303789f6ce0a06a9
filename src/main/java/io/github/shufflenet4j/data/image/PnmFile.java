package io.github.shufflenet4j.data.image;

/** Binary PGM (P5) and PPM (P6) files with 8-bit samples: three numbers in text, then the pixels as they are. */
final class PnmFile {

    private final byte[] bytes;
    private final String name;
    private int position = 2;

    private PnmFile(byte[] bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

    static RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
        return new PnmFile(bytes, name).decode();
    }

    private RgbImage decode() throws ImageFormatException {
        int samples = bytes[1] == '6' ? 3 : 1;
        int width = number();
        int height = number();
        int greatest = number();
        ImageDecoder.requireSize(name, width, height);
        ImageFormatException.throwIf(greatest != 255, name, "a PPM file with samples up to " + greatest + ", not 255");
        position++;
        ImageFormatException.throwIf(bytes.length - position < (long) samples * width * height, name,
                "truncated: the PPM data ends early");
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = bytes[position + (samples == 3 ? i : i / 3)];
        }
        return new RgbImage(width, height, pixels);
    }

    /** The next decimal number after white space and comments. */
    private int number() throws ImageFormatException {
        while (Character.isWhitespace(current()) || current() == '#') {
            if (current() == '#') {
                while (current() != '\n') {
                    position++;
                }
            }
            position++;
        }
        int value = 0;
        int start = position;
        while (Character.isDigit(current()) && value < 100_000_000) {
            value = 10 * value + current() - '0';
            position++;
        }
        ImageFormatException.throwIf(position == start, name, "damaged PPM: no number where one must be");
        return value;
    }

    private int current() throws ImageFormatException {
        ImageFormatException.throwIf(position >= bytes.length, name, "truncated: the PPM header ends early");
        return bytes[position] & 0x7F;
    }
}
