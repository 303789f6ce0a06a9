package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomResizedCrop;
import io.github.shufflenet4j.data.transform.TrainTransform;

/** What random crops save by decoding JPEG files at a fraction of their size, and what it costs in likeness. */
class ReducedDecodingTest {

    /** In dB: less of a difference than JPEG itself makes at common qualities. */
    private static final double ALIKE = 38;

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 9, 20})
    void aReducedImageShowsTheSamePart(int divisor) throws IOException {
        int size = 600 / divisor;
        byte[] bytes = TestImages.encode(scene(), "jpg");
        for (int sample = 0; sample < 20; sample++) {
            assertThat(likeness(bytes, size, sample)).as("sample %s", sample).isGreaterThan(ALIKE);
        }
    }

    @Test
    void aReducedPhotoShowsTheSamePart() throws IOException {
        byte[] bytes = Files.readAllBytes(Shared.path("fixtures/preprocess/rocket.jpg"));
        for (int sample = 0; sample < 50; sample++) {
            assertThat(likeness(bytes, 128, sample)).as("sample %s", sample).isGreaterThan(ALIKE);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 75", "2, 50, 38", "4, 25, 19", "8, 13, 10"})
    void sidesAreRoundedUp(int reduction, int width, int height) throws IOException {
        byte[] bytes = TestImages.encode(TestImages.plain(100, 75, 200, 100, 50), "jpg");
        RgbImage image = JpegFile.check(bytes, "x").decode(reduction);
        assertThat(image.width()).isEqualTo(width);
        assertThat(image.height()).isEqualTo(height);
        assertThat(TestImages.pixel(image, width - 1, height - 1)).containsExactly(TestImages.pixel(image, 0, 0));
    }

    @Test
    void whatHasNoDetailToSpareIsDecodedWhole() throws IOException {
        byte[] bytes = TestImages.encode(scene(), "jpg");
        RandomResizedCrop crop = new RandomResizedCrop(301);
        RgbImage image = ImageDecoder.decode(bytes, "x");
        for (int sample = 0; sample < 20; sample++) {
            assertThat(crop.apply(new EncodedImage(bytes, "x"), random(sample)).pixels())
                    .isEqualTo(crop.apply(image, random(sample)).pixels());
        }
    }

    @Test
    void otherFormatsAreDecodedWhole() throws IOException {
        byte[] bytes = TestImages.encode(scene(), "png");
        RandomResizedCrop crop = new RandomResizedCrop(20);
        assertThat(crop.apply(new EncodedImage(bytes, "x"), random(1)).pixels())
                .isEqualTo(crop.apply(ImageDecoder.decode(bytes, "x"), random(1)).pixels());
    }

    @Test
    void aTrainingTransformGivesAboutTheSameNumbers() throws IOException {
        byte[] bytes = TestImages.encode(scene(), "jpg");
        TrainTransform transform = TrainTransform.standard(100, Preprocessing.torchvision(114, 100));
        float[] reduced = new float[transform.length()];
        float[] whole = new float[transform.length()];
        for (int sample = 0; sample < 10; sample++) {
            transform.apply(new EncodedImage(bytes, "x"), random(sample), reduced, 0);
            transform.apply(ImageDecoder.decode(bytes, "x"), random(sample), whole, 0);
            double sum = 0;
            for (int i = 0; i < whole.length; i++) {
                sum += Math.abs(whole[i] - reduced[i]);
            }
            assertThat(sum / whole.length).isLessThan(0.05);
        }
        TrainTransform plain = new TrainTransform(600, List.of(), Preprocessing.torchvision(600, 600));
        float[] input = new float[plain.length()];
        plain.apply(new EncodedImage(bytes, "x"), random(0), input, 0);
        assertThat(input).isEqualTo(plain.preprocessing().apply(ImageDecoder.decode(bytes, "x")));
    }

    /** Peak signal-to-noise ratio, in dB, between a random crop of the reduced and of the whole image. */
    private static double likeness(byte[] bytes, int size, int sample) throws IOException {
        RandomResizedCrop crop = new RandomResizedCrop(size);
        byte[] reduced = crop.apply(new EncodedImage(bytes, "x"), random(sample)).pixels();
        byte[] whole = crop.apply(ImageDecoder.decode(bytes, "x"), random(sample)).pixels();
        double squares = 0;
        for (int i = 0; i < whole.length; i++) {
            int difference = (whole[i] & 0xFF) - (reduced[i] & 0xFF);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255 * whole.length / squares);
    }

    private static AddressedRandom random(int sample) {
        return AddressedRandom.ofSample(7, 0, sample);
    }

    /** 600x600: waves of all lengths down to four pixels, and an edge. */
    private static RgbImage scene() {
        int side = 600;
        byte[] pixels = new byte[3 * side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = 3 * (y * side + x);
                double wave = Math.sin(2 * Math.PI * x * x / (8.0 * side));
                double slope = Math.cos(y / 40.0) * Math.sin(x / 55.0);
                pixels[at] = (byte) (120 + 20 * wave + 60 * slope);
                pixels[at + 1] = (byte) (x > 250 && x + y < 800 ? 180 : 60);
                pixels[at + 2] = (byte) (128 + 100 * slope);
            }
        }
        return new RgbImage(side, side, pixels);
    }
}
