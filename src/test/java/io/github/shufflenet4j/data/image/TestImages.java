package io.github.shufflenet4j.data.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import javax.imageio.ImageIO;

/** Images made in code, and the folder of reference data beside the project, which need not be there. */
public final class TestImages {

    public static final Path SHARED = Path.of("..", "shared");

    private TestImages() {
    }

    /** A formula that no resampling or channel mix-up leaves as it is. */
    public static RgbImage pattern(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            pixels[3 * i] = (byte) (37 * i * i + 11 * i);
            pixels[3 * i + 1] = (byte) (91 * i + 5);
            pixels[3 * i + 2] = (byte) (13 * i * i * i);
        }
        return new RgbImage(width, height, pixels);
    }

    public static RgbImage plain(int width, int height, int red, int green, int blue) {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.length; i += 3) {
            pixels[i] = (byte) red;
            pixels[i + 1] = (byte) green;
            pixels[i + 2] = (byte) blue;
        }
        return new RgbImage(width, height, pixels);
    }

    public static byte[] encode(RgbImage image, String format) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int[] pixel = pixel(image, x, y);
                buffered.setRGB(x, y, pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
            }
        }
        return encode(buffered, format);
    }

    public static byte[] encode(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("nothing here writes " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static int[] pixel(RgbImage image, int x, int y) {
        int at = 3 * (y * image.width() + x);
        byte[] pixels = image.pixels();
        return new int[] {pixels[at] & 0xFF, pixels[at + 1] & 0xFF, pixels[at + 2] & 0xFF};
    }

    public static int[] values(RgbImage image) {
        int[] values = new int[image.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels()[i] & 0xFF;
        }
        return values;
    }

    /** EXIF data with an orientation behind another tag. */
    static byte[] exif(int value, ByteOrder order) {
        return ByteBuffer.allocate(38).order(order)
                .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
                .putChar((char) 42).putInt(8).putChar((char) 2)
                .putChar((char) 0x010F).putChar((char) 2).putInt(4).putInt(0x41424300)
                .putChar((char) 0x0112).putChar((char) 3).putInt(1).putChar((char) value).putChar((char) 0)
                .putInt(0).array();
    }

    /** A JPEG file with an EXIF orientation, behind its first segment. */
    public static byte[] tagged(byte[] jpeg, int value, ByteOrder order) {
        byte[] exif = exif(value, order);
        int at = 4 + ByteBuffer.wrap(jpeg).getChar(4);
        return ByteBuffer.allocate(jpeg.length + 10 + exif.length).put(jpeg, 0, at).putChar((char) 0xFFE1)
                .putChar((char) (8 + exif.length)).put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(exif)
                .put(jpeg, at, jpeg.length - at).array();
    }
}
