package io.github.shufflenet4j.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.Npy;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.transform.Preprocessing.ChannelOrder;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelMetadata;

class PreprocessingTest {

    private static final List<Double> NO_MEAN = List.of(0.0, 0.0, 0.0);
    private static final List<Double> NO_STD = List.of(1.0, 1.0, 1.0);

    @ParameterizedTest
    @ValueSource(strings = {"chelsea.png", "coffee.png", "rocket.jpg"})
    void equalsTorchvision(String photo) throws IOException {
        Path folder = TestImages.SHARED.resolve("fixtures/preprocess");
        assumeTrue(Files.isDirectory(folder), "skipped: no " + folder);

        float[] expected = Npy.read(folder.resolve(photo + ".input.npy"));
        float[] actual = Preprocessing.torchvision(256, 224).apply(ImageDecoder.read(folder.resolve(photo)));

        assertThat(actual).hasSameSizeAs(expected);
        double greatest = 0;
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - actual[i]);
            greatest = Math.max(greatest, difference);
            sum += difference;
        }
        System.out.printf("%s: mean difference %.2g, greatest %.2g%n", photo, sum / expected.length, greatest);
        assertThat(greatest).isLessThan(1e-5);
    }

    @Test
    void theShorterSideIsResizedAndTheCentreCut() {
        // Columns of 0 1 2 .. 9, cut to the four in the middle: torchvision rounds (9 - 4) / 2 = 2.5 to 2.
        byte[] pixels = new byte[3 * 9 * 4];
        for (int i = 0; i < 9 * 4; i++) {
            pixels[3 * i] = (byte) (i % 9);
        }
        RgbImage shown = plain(4, 4).resizeAndCrop(new RgbImage(9, 4, pixels));
        assertThat(TestImages.pixel(shown, 0, 0)[0]).isEqualTo(2);
        assertThat(TestImages.pixel(shown, 3, 3)[0]).isEqualTo(5);
    }

    @Test
    void theLongerSideIsRoundedDown() {
        // 10 * 7 / 4 = 17.5: with 17 columns a crop of 17 needs no black, with a crop of 18 one column is black.
        RgbImage image = TestImages.plain(7, 4, 50, 60, 70);
        assertThat(TestImages.pixel(plain(10, 17).resizeAndCrop(image), 16, 8)).containsExactly(50, 60, 70);
        RgbImage padded = plain(10, 18).resizeAndCrop(image);
        assertThat(TestImages.pixel(padded, 0, 9)).containsExactly(50, 60, 70);
        assertThat(TestImages.pixel(padded, 17, 9)).containsExactly(0, 0, 0);
        assertThat(TestImages.pixel(padded, 16, 3)).containsExactly(0, 0, 0);
        assertThat(TestImages.pixel(padded, 16, 4)).containsExactly(50, 60, 70);
    }

    @Test
    void extremeShapesAreNoTrouble() {
        assertThat(plain(256, 224).apply(TestImages.plain(20_000, 10, 1, 1, 1))).hasSize(3 * 224 * 224);
        assertThat(plain(256, 224).apply(TestImages.plain(1, 1, 1, 1, 1))).hasSize(3 * 224 * 224).containsOnly(1);
    }

    @ParameterizedTest
    @CsvSource({"RGB, 200, 30, 60", "BGR, 60, 30, 200"})
    void planesAreInChannelOrder(ChannelOrder order, float first, float second, float third) {
        float[] target = new float[14];
        new Preprocessing(2, 2, order, 1, NO_MEAN, NO_STD).apply(TestImages.plain(2, 2, 200, 30, 60), target, 1);
        assertThat(target).containsExactly(0, first, first, first, first, second, second, second, second, third, third,
                third, third, 0);
    }

    @Test
    void greyIsOnePlaneOfLuma() {
        Preprocessing grey = new Preprocessing(2, 2, ChannelOrder.GRAY, 1, List.of(100.0), List.of(2.0));
        // 0.299 * 200 + 0.587 * 30 + 0.114 * 60 = 84.25
        assertThat(grey.apply(TestImages.plain(2, 2, 200, 30, 60))).containsExactly(-8, -8, -8, -8);
    }

    @Test
    void meanAndStdAreAppliedAfterScaling() {
        Preprocessing torchvision = Preprocessing.torchvision(2, 2);
        float[] input = torchvision.apply(TestImages.plain(2, 2, 255, 0, 51));
        assertThat(input[0]).isEqualTo((1f - 0.485f) / 0.229f);
        assertThat(input[4]).isEqualTo((0f - 0.456f) / 0.224f);
        assertThat(input[8]).isEqualTo((0.2f - 0.406f) / 0.225f);
    }

    @Test
    void theAuthorsFeedBytes() {
        Preprocessing megvii = Preprocessing.megvii();
        assertThat(megvii.crop()).isEqualTo(224);
        assertThat(megvii.resize()).isEqualTo(256);
        float[] input = megvii.apply(TestImages.plain(256, 256, 200, 30, 60));
        assertThat(input[0]).isEqualTo(60);
        assertThat(input[input.length - 1]).isEqualTo(200);
    }

    @Test
    void survivesJson() throws IOException {
        ObjectMapper json = new ObjectMapper();
        for (Preprocessing one : List.of(Preprocessing.torchvision(232, 176), Preprocessing.megvii())) {
            String text = json.writeValueAsString(one);
            assertThat(json.readValue(text, Preprocessing.class)).as(text).isEqualTo(one);
        }
        assertThat(json.readTree(json.writeValueAsString(Preprocessing.megvii())).fieldNames()).toIterable()
                .containsExactlyInAnyOrder("resize", "crop", "channelOrder", "scale", "mean", "std", "ignoreExif");
    }

    @Test
    void senselessValuesAreNamed() {
        assertThatThrownBy(() -> plain(0, 4)).hasMessage("resize must be 1 to 4096, got 0");
        assertThatThrownBy(() -> plain(4, -1)).hasMessage("crop must be 1 to 4096, got -1");
        assertThatThrownBy(() -> plain(4, 5000)).hasMessage("crop must be 1 to 4096, got 5000");
        assertThatThrownBy(() -> new Preprocessing(4, 4, null, 1, NO_MEAN, NO_STD))
                .hasMessageContaining("channelOrder");
        assertThatThrownBy(() -> new Preprocessing(4, 4, ChannelOrder.RGB, Double.NaN, NO_MEAN, NO_STD))
                .hasMessage("scale must be a number above 0, got NaN");
        assertThatThrownBy(() -> new Preprocessing(4, 4, ChannelOrder.RGB, 1, List.of(1.0), NO_STD))
                .hasMessage("mean must have 3 values for RGB, not [1.0]");
        assertThatThrownBy(() -> new Preprocessing(4, 4, ChannelOrder.RGB, 1, NO_MEAN, List.of(1.0, 0.0, 1.0)))
                .hasMessage("std must not be zero: [1.0, 0.0, 1.0]");
        assertThatThrownBy(() -> new Preprocessing(4, 4, ChannelOrder.RGB, 1, NO_MEAN, null))
                .hasMessageContaining("std must have 3 values");
    }

    /** As written before there was a choice. */
    @Test
    void metadataWithoutAChoiceTurnPhotosUpright() throws IOException {
        ModelMetadata metadata = new ModelMetadata(ShuffleNetV2Variant.X0_5, BlockLayout.MEGVII, 3, List.of("a"),
                Preprocessing.megvii().ignoringExif(true), Map.of());
        String written = ModelMetadata.json(metadata);
        assertThat(ModelMetadata.ofJson(written)).isEqualTo(metadata);
        assertThat(written).contains(",\"ignoreExif\":true");
        assertThat(ModelMetadata.ofJson(written.replace(",\"ignoreExif\":true", "")).preprocessing())
                .isEqualTo(Preprocessing.megvii());
    }

    private static Preprocessing plain(int resize, int crop) {
        return new Preprocessing(resize, crop, ChannelOrder.RGB, 1, NO_MEAN, NO_STD);
    }
}
