package io.github.shufflenet4j.data.preparation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * CIFAR-10's binary version: in {@code data_batch_*.bin} and {@code test_batch.bin} one record of 3073 bytes for each
 * image, its class and its red, green and blue planes row by row; the classes' names are the lines of
 * {@code batches.meta.txt}. Images become PNG files, which keep every pixel; the test images are for validation.
 */
final class Cifar10 {

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int RECORD = 1 + 3 * PLANE;

    private Cifar10() {
    }

    static void addTo(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives) throws IOException {
        Archive archive = archives.get(0);
        List<String> classes = archive.lines("batches.meta.txt", "CIFAR-10's binary version");
        archive.read((path, content) -> {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.equals("test_batch.bin") || name.matches("data_batch_\\d+\\.bin")) {
                addAll(archive.file() + ": " + name, name.replace(".bin", ""), content, classes, writer);
            }
        });
    }

    private static void addAll(String where, String batch, InputStream records, List<String> classes,
                               DatasetWriter writer) throws IOException {
        Split split = batch.startsWith("test") ? Split.VAL : Split.TRAIN;
        int number = 0;
        for (byte[] bytes = records.readNBytes(RECORD); bytes.length > 0; bytes = records.readNBytes(RECORD)) {
            int label = bytes[0] & 0xFF;
            DataException.throwIf(bytes.length < RECORD || label >= classes.size(), where + ": its image " + number
                    + (bytes.length < RECORD ? " is cut short" : " is of class " + label + ", of " + classes.size()));
            writer.add(split, classes.get(label), String.format(Locale.ROOT, "%s_%05d.png", batch, number),
                    new ByteArrayInputStream(ImageEncoder.png(image(bytes))));
            number++;
        }
    }

    private static RgbImage image(byte[] bytes) {
        byte[] pixels = new byte[3 * PLANE];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < PLANE; i++) {
                pixels[3 * i + channel] = bytes[1 + channel * PLANE + i];
            }
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }
}
