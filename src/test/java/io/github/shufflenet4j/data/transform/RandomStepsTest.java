package io.github.shufflenet4j.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.loader.BatchTransform;
import io.github.shufflenet4j.data.loader.CutMix;
import io.github.shufflenet4j.data.loader.Mixup;
import io.github.shufflenet4j.data.transform.Preprocessing.ChannelOrder;

/** The steps that draw: what they draw, and that it is all a function of their address. */
class RandomStepsTest {

    private final RgbImage image = TestImages.pattern(12, 10);

    private static AddressedRandom random(int sample) {
        return AddressedRandom.ofSample(11, 2, sample);
    }

    @Test
    void jitterStaysWithinItsFactors() {
        RgbImage gray = TestImages.plain(1, 1, 100, 100, 100);
        Set<Integer> seen = new HashSet<>();
        double sum = 0;
        for (int sample = 0; sample < 2000; sample++) {
            int value = new ColorJitter(0.4, 0, 0, 0).apply(gray, random(sample)).pixels()[0] & 0xFF;
            assertThat(value).isBetween(60, 140);
            seen.add(value);
            sum += value;
        }
        assertThat(seen).hasSizeGreaterThan(75);
        assertThat(sum / 2000).isCloseTo(99.5, within(1.5));
    }

    @Test
    void jitterChangesWhatItIsAskedToInRandomOrder() {
        assertThat(new ColorJitter(0, 0, 0, 0).apply(image, random(0))).isSameAs(image);
        RgbImage gray = TestImages.plain(4, 4, 90, 90, 90);
        assertThat(new ColorJitter(0, 0.9, 0.9, 0.5).apply(gray, random(1)).pixels())
                .as("a gray picture has neither contrast nor colour").isEqualTo(gray.pixels());
        // Brightening clamps at white, so that darkening it by contrast before or after makes a difference.
        ColorJitter jitter = new ColorJitter(0.8, 0.8, 0.8, 0.3);
        Set<List<Integer>> orders = new HashSet<>();
        for (int sample = 0; sample < 500; sample++) {
            orders.add(Arrays.stream(random(sample).permutation(4)).boxed().toList());
            assertThat(jitter.apply(image, random(sample)).pixels())
                    .isEqualTo(jitter.apply(image, random(sample)).pixels());
        }
        assertThat(orders).hasSize(24);
        assertThat(jitter.apply(image, random(0)).pixels()).isNotEqualTo(jitter.apply(image, random(1)).pixels());
    }

    @Test
    void trivialAugmentDrawsEveryOperationStrengthAndSignAndNothingElse() {
        Set<ByteBuffer> possible = new HashSet<>();
        for (TrivialAugmentWide.Operation operation : TrivialAugmentWide.Operation.values()) {
            for (int bin = 0; bin < 31; bin++) {
                double magnitude = operation.magnitude(bin, 31);
                possible.add(ByteBuffer.wrap(operation.apply(image, magnitude).pixels()));
                if (operation.isSigned()) {
                    possible.add(ByteBuffer.wrap(operation.apply(image, -magnitude).pixels()));
                }
            }
        }
        TrivialAugmentWide augment = new TrivialAugmentWide();
        Set<ByteBuffer> drawn = new HashSet<>();
        for (int sample = 0; sample < 12_000; sample++) {
            drawn.add(ByteBuffer.wrap(augment.apply(image, random(sample)).pixels()));
        }
        assertThat(drawn).isEqualTo(possible).hasSizeGreaterThan(400);
    }

    @Test
    void lightingAddsAlongTheComponentsOfImageNet() {
        assertThat(PcaLighting.shift(1, 0, 0)).containsExactly(
                new double[] {-0.5675 * 0.2175, -0.5808 * 0.2175, -0.5836 * 0.2175}, within(1e-12));
        assertThat(PcaLighting.shift(0, 2, -1)).containsExactly(new double[] {
            2 * 0.7192 * 0.0188 - 0.4009 * 0.0045, -2 * 0.0045 * 0.0188 + 0.8140 * 0.0045,
            -2 * 0.6948 * 0.0188 - 0.4203 * 0.0045}, within(1e-12));
        assertThat(new PcaLighting(0).shift(random(0))).containsExactly(new double[3], within(0.0));
        double squares = 0;
        for (int sample = 0; sample < 4000; sample++) {
            double[] shift = new PcaLighting().shift(random(sample));
            squares += shift[0] * shift[0] + shift[1] * shift[1] + shift[2] * shift[2];
        }
        // The components are orthogonal and of length 1: the variances add up.
        double expected = 0.01 * (0.2175 * 0.2175 + 0.0188 * 0.0188 + 0.0045 * 0.0045);
        assertThat(squares / 4000).isCloseTo(expected, within(0.05 * expected));
    }

    @Test
    void lightingComesBeforeNormalisingWhateverTheScaleAndOrder() {
        RgbImage pixel = TestImages.plain(1, 1, 51, 102, 204);
        double[] shift = {0.1, 0.2, -0.1};
        float[] target = new float[3];
        Preprocessing.torchvision(1, 1).normalize(pixel, shift, target, 0);
        assertThat(target).containsExactly(new float[] {(0.3f - 0.485f) / 0.229f, (0.6f - 0.456f) / 0.224f,
            (0.7f - 0.406f) / 0.225f}, within(1e-5f));
        Preprocessing.megvii().normalize(pixel, shift, target, 0);
        assertThat(target).containsExactly(new float[] {204 - 25.5f, 102 + 51, 51 + 25.5f}, within(1e-4f));
        Preprocessing gray = new Preprocessing(1, 1, ChannelOrder.GRAY, 1, List.of(0.0), List.of(1.0));
        gray.normalize(pixel, shift, target, 0);
        // Luma 98.4 is 98 in 8 bits; 255 (0.299 * 0.1 + 0.587 * 0.2 - 0.114 * 0.1) is added.
        assertThat(target[0]).isCloseTo(98 + 255 * 0.1359f, within(0.01f));
    }

    @Test
    void erasingBlotsOutOneRectangle() {
        int erasedInputs = 0;
        double shares = 0;
        for (int sample = 0; sample < 1000; sample++) {
            float[] input = new float[5 + 3 * 20 * 20 + 5];
            Arrays.fill(input, 1);
            new RandomErasing(0.6).apply(input, 5, 3, 20, random(sample));
            int zeros = 0;
            int left = 20;
            int right = 0;
            int top = 20;
            int bottom = 0;
            for (int i = 0; i < 400; i++) {
                if (input[5 + i] == 0) {
                    zeros++;
                    left = Math.min(left, i % 20);
                    right = Math.max(right, i % 20 + 1);
                    top = Math.min(top, i / 20);
                    bottom = Math.max(bottom, i / 20 + 1);
                }
                assertThat(input[405 + i]).isEqualTo(input[5 + i]);
                assertThat(input[805 + i]).isEqualTo(input[5 + i]);
            }
            assertThat(Arrays.copyOf(input, 5)).containsOnly(1);
            assertThat(Arrays.copyOfRange(input, 1205, 1210)).containsOnly(1);
            if (zeros > 0) {
                erasedInputs++;
                shares += zeros / 400.0;
                assertThat(zeros).isEqualTo((right - left) * (bottom - top)).isBetween(4, 150);
                // Ratios 0.3 to 3.3, of sides rounded to pixels.
                assertThat(bottom - top + 0.5).isGreaterThan(0.3 * (right - left - 0.5));
                assertThat(right - left + 0.5).isGreaterThan((bottom - top - 0.5) / 3.3);
            }
        }
        assertThat(erasedInputs).isCloseTo(600, within(45));
        assertThat(shares / erasedInputs).isCloseTo(0.173, within(0.01));
    }

    @Test
    void whatDoesNotFitIsNotErased() {
        float[] input = new float[3 * 6 * 6];
        // The whole input is not smaller than the input.
        new RandomErasing(1, 1, 1, 1, 1, RandomErasing.Fill.NOISE).apply(input, 0, 3, 6, random(0));
        assertThat(input).containsOnly(0);
        new RandomErasing(1, 0.25, 0.25, 1, 1, RandomErasing.Fill.NOISE).apply(input, 0, 3, 6, random(0));
        int changed = 0;
        for (float value : input) {
            changed += value == 0 ? 0 : 1;
        }
        assertThat(changed).as("3x3 of 6x6, in three planes, each number its own").isEqualTo(27);
        assertThat(new HashSet<>(Arrays.asList(boxed(input)))).hasSize(28);
    }

    private static Float[] boxed(float[] values) {
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return boxed;
    }

    @Test
    void allStepsTogetherAreAFunctionOfTheAddress() {
        TrainTransform transform = TrainTransform.standard(9, Preprocessing.torchvision(9, 9))
                .with(new ColorJitter(0.4, 0.4, 0.4, 0.1)).with(new TrivialAugmentWide()).with(new PcaLighting())
                .with(new RandomErasing(0.5, 0.02, 0.33, 0.3, 3.3, RandomErasing.Fill.NOISE));
        assertThat(transform.steps()).hasSize(4);
        assertThat(transform.erasing()).isPresent();
        Set<Integer> different = new HashSet<>();
        for (int sample = 0; sample < 50; sample++) {
            float[] first = input(transform, sample, 0);
            assertThat(first).isEqualTo(input(transform, sample, 0)).isNotEqualTo(input(transform, sample, 1));
            different.add(Arrays.hashCode(first));
        }
        assertThat(different).hasSize(50);
    }

    private float[] input(TrainTransform transform, int sample, int copy) {
        float[] target = new float[transform.length()];
        transform.apply(image, AddressedRandom.ofSample(3, 1, sample, copy), target, 0);
        return target;
    }

    @Test
    void aPictureShowsItsInput() {
        RgbImage square = TestImages.pattern(7, 7);
        for (Preprocessing preprocessing : List.of(Preprocessing.torchvision(7, 7),
                new Preprocessing(7, 7, ChannelOrder.BGR, 1, List.of(1.0, 2.0, 3.0), List.of(1.0, 2.0, 0.5)))) {
            float[] input = new float[3 + preprocessing.length()];
            preprocessing.apply(square, input, 3);
            assertThat(preprocessing.picture(input, 3, 7).pixels()).isEqualTo(square.pixels());
        }
        Preprocessing gray = new Preprocessing(2, 2, ChannelOrder.GRAY, 1 / 255.0, List.of(0.5), List.of(0.5));
        assertThat(gray.picture(new float[] {-2, -1, 0, 1}, 0, 2).pixels())
                .containsExactly(0, 0, 0, 0, 0, 0, 128, 128, 128, 255, 255, 255);
    }

    @Test
    void senselessSettingsAreNamed() {
        assertThatThrownBy(() -> new ColorJitter(-1, 0, 0, 0)).hasMessageContaining("brightness")
                .hasMessageContaining("got -1");
        assertThatThrownBy(() -> new ColorJitter(0, Double.NaN, 0, 0)).hasMessageContaining("contrast");
        assertThatThrownBy(() -> new ColorJitter(0, 0, 0, 0.6)).hasMessage("hue must be 0 to 0.5, got 0.6");
        assertThatThrownBy(() -> new TrivialAugmentWide(1)).hasMessage("bins must be at least 2, got 1");
        assertThatThrownBy(() -> new PcaLighting(-0.1))
                .hasMessageStartingWith("std must be 0 to ").hasMessageEndingWith("got -0.1");
        assertThatThrownBy(() -> new RandomErasing(1.1)).hasMessage("probability must be 0 to 1, got 1.1");
        assertThatThrownBy(() -> new RandomErasing(1, 0.5, 1.5, 1, 1, RandomErasing.Fill.ZERO))
                .hasMessage("maxScale must be 0 to 1, got 1.5");
        assertThatThrownBy(() -> new RandomErasing(1, 0.5, 0.6, 2, 1, RandomErasing.Fill.ZERO))
                .hasMessageContaining("ratio");
        assertThatThrownBy(() -> new Mixup(0)).hasMessageContaining("alpha").hasMessageContaining("got 0");
        assertThatThrownBy(() -> new CutMix(Double.NaN)).hasMessageContaining("alpha");
        assertThatThrownBy(() -> BatchTransform.oneOf(List.of())).hasMessage("choices must not be empty");
        assertThatThrownBy(() -> random(0).nextBeta(1, -1)).hasMessageContaining("b must be");
    }
}
