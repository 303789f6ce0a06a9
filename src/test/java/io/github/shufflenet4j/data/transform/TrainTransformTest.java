package io.github.shufflenet4j.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.Region;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;

class TrainTransformTest {

    private final Preprocessing preprocessing = Preprocessing.torchvision(256, 224);

    @Test
    void cropsStayWithinTheirBounds() {
        RandomResizedCrop crop = new RandomResizedCrop(8);
        double areas = 0;
        for (int sample = 0; sample < 5000; sample++) {
            Region region = crop.choose(400, 300, AddressedRandom.ofSample(0, 0, sample));
            double ratio = (double) region.width() / region.height();
            double share = (double) region.width() * region.height() / (400 * 300);
            assertThat(ratio).isBetween(0.73, 1.36);
            assertThat(share).isBetween(0.078, 1.0);
            assertThat(region.x() + region.width()).isLessThanOrEqualTo(400);
            assertThat(region.y() + region.height()).isLessThanOrEqualTo(300);
            areas += share;
        }
        // The mean of torchvision's get_params over many draws; the largest often do not fit.
        assertThat(areas / 5000).isCloseTo(0.435, within(0.02));
    }

    @Test
    void whatFitsNowhereIsCutFromTheCentre() {
        RandomResizedCrop crop = new RandomResizedCrop(8);
        AddressedRandom random = AddressedRandom.ofSample(0, 0, 0);
        assertThat(crop.choose(20_000, 10, random)).isEqualTo(new Region(9993, 0, 13, 10));
        assertThat(crop.choose(10, 20_000, random)).isEqualTo(new Region(0, 9993, 10, 13));
        assertThat(new RandomResizedCrop(8, 2, 2, 1, 1).choose(6, 6, random)).isEqualTo(new Region(0, 0, 6, 6));
        assertThat(crop.apply(TestImages.plain(1, 1, 4, 5, 6), random).pixels()).containsOnly(4, 5, 6);
    }

    @Test
    void theFlipSwapsLeftAndRightAsOftenAsAsked() {
        RgbImage image = TestImages.pattern(5, 3);
        RgbImage flipped = new RandomHorizontalFlip(1).apply(image, AddressedRandom.ofSample(0, 0, 0));
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 5; x++) {
                assertThat(TestImages.pixel(flipped, x, y)).isEqualTo(TestImages.pixel(image, 4 - x, y));
            }
        }
        int flips = 0;
        for (int sample = 0; sample < 4000; sample++) {
            RgbImage seen = new RandomHorizontalFlip(0.5).apply(image, AddressedRandom.ofSample(0, 0, sample));
            flips += seen == image ? 0 : 1;
        }
        assertThat(flips).isCloseTo(2000, within(150));
        assertThat(new RandomHorizontalFlip(0).apply(image, AddressedRandom.ofSample(0, 0, 0))).isSameAs(image);
    }

    @Test
    void theSameAddressGivesTheSameInput() {
        TrainTransform transform = TrainTransform.standard(16, preprocessing);
        RgbImage image = TestImages.pattern(40, 30);
        assertThat(input(transform, image, 1)).isEqualTo(input(transform, image, 1))
                .isNotEqualTo(input(transform, image, 2));
    }

    @Test
    void withoutStepsTheImageIsOnlyNormalised() {
        RgbImage image = TestImages.pattern(8, 8);
        TrainTransform transform = new TrainTransform(8, List.of(), preprocessing);
        assertThat(input(transform, image, 0)).isEqualTo(Preprocessing.torchvision(8, 8).apply(image));
    }

    @Test
    void senselessSettingsAreNamed() {
        TrainTransform wrongSize = new TrainTransform(8, List.of(new RandomResizedCrop(4)), preprocessing);
        assertThatThrownBy(() -> input(wrongSize, TestImages.pattern(9, 9), 0))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("4x4").hasMessageContaining("8x8");
        assertThatThrownBy(() -> new RandomResizedCrop(0)).hasMessage("size must be at least 1, got 0");
        assertThatThrownBy(() -> new RandomResizedCrop(4, 0.5, 0.2, 1, 1))
                .hasMessage("scale must be positive and rising, got 0.5 to 0.2");
        assertThatThrownBy(() -> new RandomHorizontalFlip(1.5)).hasMessage("probability must be 0 to 1, got 1.5");
    }

    private static float[] input(InputTransform transform, RgbImage image, int sample) {
        float[] target = new float[transform.length()];
        transform.apply(image, AddressedRandom.ofSample(3, 0, sample), target, 0);
        return target;
    }

    @Test
    void theChosenPartIsResized() {
        RgbImage image = TestImages.pattern(40, 30);
        RandomResizedCrop crop = new RandomResizedCrop(8);
        Region part = crop.choose(image.width(), image.height(), AddressedRandom.ofSample(4, 0, 0));
        assertThat(part.x()).isPositive();
        assertThat(part.y()).isPositive();
        byte[] cut = new byte[3 * part.width() * part.height()];
        for (int y = 0; y < part.height(); y++) {
            System.arraycopy(image.pixels(), 3 * ((part.y() + y) * image.width() + part.x()), cut,
                    3 * part.width() * y, 3 * part.width());
        }
        assertThat(crop.apply(image, AddressedRandom.ofSample(4, 0, 0)).pixels())
                .isEqualTo(Resize.resize(new RgbImage(part.width(), part.height(), cut), 8, 8).pixels());
    }
}
