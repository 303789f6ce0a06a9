package io.github.shufflenet4j.data.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Turns images into the bytes of files. */
public final class ImageEncoder {

    private ImageEncoder() {
    }

    /** The content of a PNG file with this image. */
    public static byte[] png(RgbImage image) {
        return encode(image, "png");
    }

    /** The content of a JPEG file with this image. */
    public static byte[] jpeg(RgbImage image) {
        return encode(image, "jpeg");
    }

    /**
     * A small JPEG picture of an image, which is never enlarged.
     *
     * @param maxSide maximum length of the longer side, in pixels
     */
    public static byte[] thumbnail(RgbImage image, int maxSide) {
        double scale = Math.min(1, (double) maxSide / Math.max(image.width(), image.height()));
        return jpeg(Resize.resize(image, scaled(image.width(), scale), scaled(image.height(), scale)));
    }

    /**
     * As {@link #thumbnail(RgbImage, int)}, of an encoded image.
     *
     * @param name the file's name, for messages
     */
    public static byte[] thumbnail(byte[] file, String name, int maxSide) throws ImageFormatException {
        return thumbnail(ImageDecoder.decode(file, name), maxSide);
    }

    private static int scaled(int side, double scale) {
        return Math.max(1, (int) Math.round(side * scale));
    }

    private static byte[] encode(RgbImage image, String format) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] pixels = image.pixels();
        int[] row = new int[image.width()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int at = 3 * (y * row.length + x);
                row[x] = (pixels[at] & 0xFF) << 16 | (pixels[at + 1] & 0xFF) << 8 | pixels[at + 2] & 0xFF;
            }
            buffered.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Not straight to the stream: Java would keep a file, and refuses one more while the process is going down.
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(buffered, format, output)) {
                throw new IllegalStateException("this Java cannot write " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }
}
