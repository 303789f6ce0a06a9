package io.github.shufflenet4j.data.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Small pictures of images, to be looked at. */
public final class Thumbnail {

    private Thumbnail() {
    }

    /**
     * A small JPEG picture of an encoded image, which is never enlarged.
     *
     * @param file   the image's file
     * @param name   what to call it in messages
     * @param longer most pixels of the longer side, at least 1
     * @throws IOException if the image cannot be decoded
     */
    public static byte[] jpeg(byte[] file, String name, int longer) throws IOException {
        RgbImage image = ImageDecoder.decode(file, name);
        double scale = Math.min(1, (double) longer / Math.max(image.width(), image.height()));
        RgbImage small = Resize.resize(image, scaled(image.width(), scale), scaled(image.height(), scale));
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        // Not straight to the stream: Java would keep a file, and refuses one more while the process is going down.
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(jpeg)) {
            if (!ImageIO.write(small.toBufferedImage(), "jpeg", output)) {
                throw new IOException(name + ": this Java cannot write JPEG");
            }
        }
        return jpeg.toByteArray();
    }

    private static int scaled(int side, double scale) {
        return Math.max(1, (int) Math.round(side * scale));
    }
}
