package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.training.recipe.Recipe;

/** A data set as they are found: one file in a hundred is damaged, and others are odd but whole. */
class DamagedImagesTest {

    private static final Recipe RECIPE = Recipe.plain().with("variant", "x0.25").with("imageSize", "32")
            .with("batchSize", "20").with("epochs", "1");

    @TempDir
    private static Path folder;
    private static Path data;

    /** Remembers which images were skipped, and in how many steps. */
    private static final class Skipped implements TrainingCallback {

        private final List<DamagedImage> images = new ArrayList<>();
        private int steps;

        @Override
        public void stepDone(int step, double loss, double learningRate) {
            steps++;
        }

        @Override
        public void imagesSkipped(List<DamagedImage> damaged) {
            images.addAll(damaged);
        }
    }

    @BeforeAll
    static void makeData() throws IOException {
        data = folder.resolve("data");
        // Every image is in a batch: 600 are 30 batches of 20.
        new RenderedDataset(40, 60, 10, 1).write(data);
        damage();
        makeOddOnes();
    }

    private static void damage() throws IOException {
        byte[] jpeg = Files.readAllBytes(train(0));
        byte[] png = encode(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png");
        Files.write(train(0), Arrays.copyOf(jpeg, jpeg.length / 2));
        Files.write(train(1), new byte[0]);
        Files.writeString(train(2), "404 Not Found");
        Files.write(train(3), Arrays.copyOf(png, png.length - 20));
        Files.write(train(4), new byte[5000]);
        png[png.length / 2] ^= 1;
        Files.write(train(5), png);
        Files.delete(train(6));
        Files.createSymbolicLink(train(6), folder.resolve("moved away.jpg"));
        Files.writeString(data.resolve("val/star/0003.jpg"), "404 Not Found");
    }

    private static void makeOddOnes() throws IOException {
        Files.write(train(10), encode(new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB), "png"));
        Files.write(train(11), encode(new BufferedImage(40, 40, BufferedImage.TYPE_USHORT_GRAY), "png"));
        Files.write(train(12), encode(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "jpg"));
        Files.write(train(13), encode(new BufferedImage(20_000, 10, BufferedImage.TYPE_INT_RGB), "jpg"));
        Files.write(train(14), encode(new BufferedImage(10, 20_000, BufferedImage.TYPE_BYTE_GRAY), "jpg"));
        Files.write(train(15), encode(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "gif"));
        Files.write(train(16), jpegOfFourInks());
        Files.write(train(17), encode(new BufferedImage(999, 777, BufferedImage.TYPE_BYTE_GRAY), "jpg"));
    }

    private static Path train(int number) {
        return data.resolve("train/star").resolve(String.format("%04d.jpg", number));
    }

    @Test
    void oneInAHundredIsNamedAndLeftOut() throws IOException {
        Skipped skipped = new Skipped();
        TrainingOutcome outcome = new Trainer(skipped).run(options("run", RECIPE));
        assertThat(outcome.finished()).isTrue();
        assertThat(skipped.steps).isEqualTo(30);
        assertThat(skipped.images).extracting(DamagedImage::toString).containsExactlyInAnyOrder(
                train(0) + ": truncated: the JPEG data ends early",
                train(1) + ": the file is empty",
                train(2) + ": not an image of a known format",
                train(3) + ": truncated: the PNG data ends early",
                train(4) + ": not an image of a known format",
                train(5) + ": damaged PNG: a checksum does not match",
                train(6) + ": no such file",
                data.resolve("val/star/0003.jpg") + ": not an image of a known format");
        assertThat(outcome.best().orElseThrow().validation().images()).isEqualTo(99);
    }

    @Test
    void aRecipeSaysHowManyMayBeDamaged() {
        assertThatThrownBy(() -> new Trainer(new Skipped()).run(options("strict", RECIPE.with("maxBroken", "0"))))
                .isInstanceOf(DataException.class).hasMessageContaining("1 of 600 images are damaged, more than 0;");
    }

    private static TrainingOptions options(String output, Recipe recipe) {
        return new TrainingOptions(data, folder.resolve(output), Optional.empty(), recipe, 1, 2, 1,
                CheckpointPolicy.none());
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).as(format).isTrue();
        return bytes.toByteArray();
    }

    private static byte[] jpegOfFourInks() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(Raster.createInterleavedRaster(0, 333, 333, 4, null), null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
