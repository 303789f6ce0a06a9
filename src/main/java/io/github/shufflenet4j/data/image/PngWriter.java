package io.github.shufflenet4j.data.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Turns images into PNG files. */
public final class PngWriter {

    private PngWriter() {
    }

    /** The content of a PNG file with this image. */
    public static byte[] encode(RgbImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Not ImageIO's own choice of a stream, which is a file for each image.
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image.toBufferedImage(), "png", output)) {
                throw new IllegalStateException("every Java writes PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }
}
