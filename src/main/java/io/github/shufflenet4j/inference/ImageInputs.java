package io.github.shufflenet4j.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/** From images to inputs, with all threads. */
final class ImageInputs {

    /** Images that are decoded, and then computed, at a time. */
    static final int CHUNK = 32;

    private ImageInputs() {
    }

    /** @throws IOException if one of the files cannot be read */
    static List<RgbImage> read(List<Path> files, Preprocessing preprocessing) throws IOException {
        RgbImage[] decoded = new RgbImage[files.size()];
        IOException[] failures = new IOException[files.size()];
        Workers.shared().parallelFor(files.size(), i -> {
            try {
                decoded[i] = ImageDecoder.read(files.get(i), preprocessing.ignoreExif());
            } catch (IOException e) {
                failures[i] = e;
            }
        });
        for (IOException failure : failures) {
            if (failure != null) {
                throw failure;
            }
        }
        return List.of(decoded);
    }

    /** @param inputs receives [images, channels, crop, crop] */
    static void prepare(List<RgbImage> images, Preprocessing preprocessing, float[] inputs) {
        Workers.shared().parallelFor(images.size(),
                i -> preprocessing.apply(images.get(i), inputs, i * preprocessing.length()));
    }
}
