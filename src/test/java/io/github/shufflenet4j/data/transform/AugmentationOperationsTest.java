package io.github.shufflenet4j.data.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.transform.TrivialAugmentWide.Operation;

/** Each operation against numbers worked out by hand from Pillow's definitions, and what must hold of any image. */
class AugmentationOperationsTest {

    private final RgbImage photo = TestImages.pattern(23, 17);

    /** A row of gray pixels. */
    private static RgbImage grays(int... values) {
        return gray(values.length, values);
    }

    private static RgbImage gray(int width, int... values) {
        byte[] pixels = new byte[3 * values.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) values[i / 3];
        }
        return new RgbImage(width, values.length / width, pixels);
    }

    private static int[] reds(RgbImage image) {
        return IntStream.range(0, image.width() * image.height()).map(i -> image.pixels()[3 * i] & 0xFF).toArray();
    }

    @Test
    void brightnessBlendsWithBlackAndTruncates() {
        assertThat(reds(Colors.brightness(grays(0, 1, 77, 200, 255), 0.5))).containsExactly(0, 0, 38, 100, 127);
        assertThat(reds(Colors.brightness(grays(0, 1, 77, 200, 255), 1.5))).containsExactly(0, 1, 115, 255, 255);
        assertThat(Colors.brightness(photo, 0).pixels()).containsOnly(0);
    }

    @Test
    void contrastBlendsWithTheMeanLuma() {
        // Lumas 76, 150 and 29 (0.299, 0.587, 0.114 of 255, rounded): a mean of 85.
        RgbImage primaries = new RgbImage(3, 1, new byte[] {-1, 0, 0, 0, -1, 0, 0, 0, -1});
        assertThat(TestImages.values(Colors.contrast(primaries, 0))).containsOnly(85);
        assertThat(TestImages.pixel(Colors.contrast(primaries, 0.5), 0, 0)).containsExactly(170, 42, 42);
        // 150 + 1.5 * 50 and 150 - 1.5 * 50.
        assertThat(reds(Colors.contrast(grays(100, 200), 1.5))).containsExactly(75, 225);
        assertThat(reds(Colors.contrast(grays(0, 1), 0))).as("a mean of 0.5 is rounded up").containsExactly(1, 1);
    }

    @Test
    void saturationBlendsWithTheLuma() {
        RgbImage color = new RgbImage(1, 1, new byte[] {(byte) 200, 100, 50});
        // Luma (19595 * 200 + 38470 * 100 + 7471 * 50) / 65536 = 124.2.
        assertThat(TestImages.values(Colors.saturation(color, 0))).containsExactly(124, 124, 124);
        assertThat(TestImages.values(Colors.saturation(color, 0.5))).containsExactly(162, 112, 87);
        assertThat(TestImages.values(Colors.saturation(color, 2))).containsExactly(255, 76, 0);
        assertThat(Colors.saturation(grays(3, 99, 250), 1.7).pixels()).isEqualTo(grays(3, 99, 250).pixels());
    }

    @Test
    void sharpnessBlendsInnerPixelsWithTheirSmoothedSelves() {
        RgbImage dot = gray(3, 0, 0, 0, 0, 130, 0, 0, 0, 0);
        // Smoothed by a weight of 5/13 the dot is 50.
        assertThat(reds(Colors.sharpness(dot, 0))).containsExactly(0, 0, 0, 0, 50, 0, 0, 0, 0);
        assertThat(reds(Colors.sharpness(dot, 1.5))[4]).isEqualTo(170);
        RgbImage hole = gray(4, 10, 20, 30, 40, 50, 0, 70, 80, 90, 100, 110, 120);
        // (10 + 20 + 30 + 50 + 5 * 0 + 70 + 90 + 100 + 110) / 13 = 36.9, and in the same way 850 / 13 = 65.4.
        assertThat(reds(Colors.sharpness(hole, 0)))
                .containsExactly(10, 20, 30, 40, 50, 37, 65, 80, 90, 100, 110, 120);
        RgbImage narrow = gray(2, 1, 2, 3, 4, 5, 6);
        assertThat(Colors.sharpness(narrow, 0).pixels()).isEqualTo(narrow.pixels());
    }

    @Test
    void hueTurnsByWayOfEightBitHsv() {
        RgbImage red = TestImages.plain(1, 1, 255, 0, 0);
        // 85 of 255 steps are a third of the wheel.
        assertThat(TestImages.values(Colors.hue(red, 1 / 3.0))).containsExactly(0, 255, 0);
        assertThat(TestImages.values(Colors.hue(TestImages.plain(1, 1, 0, 0, 255), 1 / 3.0)))
                .containsExactly(255, 0, 0);
        // The turn is cut to 127 steps: 127 * 6 / 255 = 2.988 edges, a little short of cyan.
        assertThat(TestImages.values(Colors.hue(red, 0.5))).containsExactly(0, 255, 252);
        // HSV (99, 216, 200): 99 * 6 / 255 = 2.329 edges, and back 200 (1 - 216/255) = 30.6 red,
        // 200 (1 - 216/255 * (1 - 0.329)) = 86.4 blue.
        assertThat(TestImages.values(Colors.hue(TestImages.plain(1, 1, 30, 200, 90), 0))).containsExactly(31, 200, 86);
        assertThat(Colors.hue(grays(0, 7, 255), 0.4).pixels()).isEqualTo(grays(0, 7, 255).pixels());
        // HSV (0, 1, 255) is still a red, and turns green.
        assertThat(TestImages.values(Colors.hue(TestImages.plain(1, 1, 255, 254, 254), 1 / 3.0)))
                .containsExactly(254, 255, 254);
    }

    @ParameterizedTest
    @CsvSource({"8, 255, 201, 1", "4, 240, 192, 0", "2, 192, 192, 0", "1, 128, 128, 0", "0, 0, 0, 0"})
    void posterizeKeepsTheHighBits(int bits, int white, int bright, int dark) {
        assertThat(reds(Colors.posterize(grays(255, 201, 1), bits))).containsExactly(white, bright, dark);
    }

    @Test
    void solarizeInvertsFromTheThresholdOn() {
        assertThat(reds(Colors.solarize(grays(0, 127, 128, 255), 128))).containsExactly(0, 127, 127, 0);
        assertThat(reds(Colors.solarize(grays(8, 9), 8.5))).containsExactly(8, 246);
        assertThat(Colors.solarize(Colors.solarize(photo, 0), 0).pixels()).isEqualTo(photo.pixels());
        assertThat(Colors.solarize(photo, 256).pixels()).isEqualTo(photo.pixels());
    }

    @Test
    void autoContrastStretchesEachChannel() {
        RgbImage image = new RgbImage(3, 1, new byte[] {50, 7, 0, 60, 7, 100, 100, 7, (byte) 255});
        // Red 50 to 100: 60 * 5.1 - 255 = 51, and 100 * 5.1 - 255 is a little less than 255 in doubles, and cut off,
        // as in Pillow; green is flat; blue is stretched already.
        assertThat(TestImages.values(Colors.autoContrast(image)))
                .containsExactly(0, 7, 0, 51, 7, 100, 254, 7, 255);
    }

    @Test
    void equalizeFlattensTheHistogram() {
        RgbImage flat = gray(16, IntStream.range(0, 256).toArray());
        assertThat(Colors.equalize(flat).pixels()).as("every value once").isEqualTo(flat.pixels());
        assertThat(Colors.equalize(grays(9, 9, 9)).pixels()).isEqualTo(grays(9, 9, 9).pixels());
        // 510 pixels below the greatest value make a step of 2: half a step, and a step more for every two pixels.
        int[] values = new int[600];
        IntStream.range(0, 600).forEach(i -> values[i] = i < 100 ? 10 : i < 510 ? 20 : 30);
        int[] equalized = reds(Colors.equalize(grays(values)));
        assertThat(new int[] {equalized[0], equalized[100], equalized[510]}).containsExactly(0, 50, 255);
        // 509 pixels make a step of 1, at which the greatest value would be 509: it is clamped.
        IntStream.range(0, 600).forEach(i -> values[i] = i < 509 ? 10 : 30);
        assertThat(reds(Colors.equalize(grays(values)))[599]).isEqualTo(255);
        assertThat(reds(Colors.equalize(grays(1, 2, 3)))).as("too few pixels for a step").containsExactly(1, 2, 3);
    }

    @Test
    void aQuarterTurnIsATransposition() {
        RgbImage square = TestImages.pattern(9, 9);
        RgbImage left = Affine.rotate(90, 9, 9).apply(square);
        RgbImage right = Affine.rotate(-90, 9, 9).apply(square);
        RgbImage half = Affine.rotate(180, 9, 9).apply(square);
        for (int y = 0; y < 9; y++) {
            for (int x = 0; x < 9; x++) {
                assertThat(TestImages.pixel(left, x, y)).isEqualTo(TestImages.pixel(square, 8 - y, x));
                assertThat(TestImages.pixel(right, x, y)).isEqualTo(TestImages.pixel(square, y, 8 - x));
                assertThat(TestImages.pixel(half, x, y)).isEqualTo(TestImages.pixel(square, 8 - x, 8 - y));
            }
        }
    }

    @Test
    void aTurnOfAnyImageIsAboutItsCentreAndBlackOutside() {
        // Half of the 4x2 image's columns are left after a quarter turn.
        RgbImage wide = gray(4, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(reds(Affine.rotate(90, 4, 2).apply(wide))).containsExactly(0, 3, 7, 0, 0, 2, 6, 0);
        RgbImage cross = gray(3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        // The centres of the corners are 0.5 - 1.91 and so outside of a square turned by an eighth.
        assertThat(reds(Affine.rotate(45, 3, 3).apply(cross))).containsExactly(2, 3, 6, 1, 5, 9, 4, 7, 8);
    }

    @Test
    void shearsStartAtTheUpperLeftCorner() {
        RgbImage rows = gray(4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        // Row y is taken from floor(x + 0.5 + 0.5 (y + 0.5)): 0.75, 1.25, 1.75 for the first column.
        assertThat(reds(Affine.shearX(0.5).apply(rows))).containsExactly(1, 2, 3, 4, 6, 7, 8, 0, 10, 11, 12, 0);
        // 0.25, -0.25, -0.75.
        assertThat(reds(Affine.shearX(-0.5).apply(rows))).containsExactly(1, 2, 3, 4, 0, 5, 6, 7, 0, 9, 10, 11);
        RgbImage square = gray(2, 1, 2, 3, 4);
        // Column x is taken from floor(y + 0.5 + 0.5 (x + 0.5)): 0.75 and 1.25 for the first row.
        assertThat(reds(Affine.shearY(0.5).apply(square))).containsExactly(1, 4, 3, 0);
    }

    @Test
    void translationsMoveByWholePixels() {
        RgbImage square = gray(3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(reds(Affine.translate(1, 0).apply(square))).containsExactly(0, 1, 2, 0, 4, 5, 0, 7, 8);
        assertThat(reds(Affine.translate(0, -2).apply(square))).containsExactly(7, 8, 9, 0, 0, 0, 0, 0, 0);
        assertThat(Affine.translate(5, 0).apply(square).pixels()).containsOnly(0);
    }

    @Test
    void magnitudesAreTorchvisions() {
        assertThat(Operation.POSTERIZE.magnitude(0, 31)).isEqualTo(8);
        assertThat(IntStream.range(0, 31).map(bin -> (int) Operation.POSTERIZE.magnitude(bin, 31)))
                .containsExactly(8, 8, 8, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5,
                        4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2);
        assertThat(Operation.SOLARIZE.magnitude(0, 31)).isEqualTo(255);
        assertThat(Operation.SOLARIZE.magnitude(1, 31)).isEqualTo(246.5);
        assertThat(Operation.SOLARIZE.magnitude(30, 31)).isZero();
        assertThat(Operation.ROTATE.magnitude(20, 31)).isEqualTo(90);
        assertThat(Operation.ROTATE.magnitude(30, 31)).isEqualTo(135);
        assertThat(Operation.SHEAR_X.magnitude(30, 31)).isEqualTo(0.99f);
        assertThat(IntStream.range(0, 31).map(bin -> (int) Operation.TRANSLATE_Y.magnitude(bin, 31)))
                .startsWith(0, 1, 2, 3, 4, 5, 6, 7).contains(16).endsWith(27, 28, 29, 30, 32);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void theWeakestMagnitudeLeavesTheImageAndAnyKeepsItsSize(Operation operation) {
        RgbImage weakest = operation.apply(photo, operation.magnitude(0, 31));
        switch (operation) {
            // These have no strength, or one that white alone meets.
            case AUTO_CONTRAST, EQUALIZE, SOLARIZE -> assertThat(weakest.pixels()).hasSameSizeAs(photo.pixels());
            default -> assertThat(weakest.pixels()).isEqualTo(photo.pixels());
        }
        byte[] before = photo.pixels().clone();
        for (int bin = 0; bin < 31; bin++) {
            RgbImage result = operation.apply(photo, operation.magnitude(bin, 31));
            assertThat(result).hasToString("RgbImage[23x17]");
        }
        assertThat(photo.pixels()).as("nobody writes to an image").isEqualTo(before);
    }
}
