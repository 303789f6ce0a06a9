package io.github.shufflenet4j.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.data.AddressedRandom;

class BatchMixingTest {

    /** One channel of 4x4 per sample, which holds the sample's number, 1 to 3. */
    private static Batch three() {
        float[] features = new float[48];
        Arrays.fill(features, 0, 16, 1);
        Arrays.fill(features, 16, 32, 2);
        Arrays.fill(features, 32, 48, 3);
        return new Batch(7, features, new int[] {0, 1, 3}, new int[] {5, 6, 7});
    }

    @Test
    void mixupAveragesEachSampleWithTheOneBeforeIt() {
        Batch mixed = Mixup.mix(three(), 0.75);
        assertThat(Arrays.copyOfRange(mixed.features(), 0, 16)).containsOnly(0.75f * 1 + 0.25f * 3);
        assertThat(Arrays.copyOfRange(mixed.features(), 16, 32)).containsOnly(0.75f * 2 + 0.25f * 1);
        assertThat(Arrays.copyOfRange(mixed.features(), 32, 48)).containsOnly(0.75f * 3 + 0.25f * 2);
        assertThat(mixed.targets(4)).containsExactly(
                0.75f, 0, 0, 0.25f,
                0.25f, 0.75f, 0, 0,
                0, 0.25f, 0, 0.75f);
        assertThat(mixed.labels()).as("a sample is still itself").containsExactly(0, 1, 3);
        assertThat(mixed.samples()).containsExactly(5, 6, 7);
        assertThat(mixed.index()).isEqualTo(7);
    }

    @Test
    void cutMixPutsARectangleOfTheOneBeforeIntoEachSample() {
        // sqrt(1 - 0.75) / 2 of 4 is a half side of 1: columns 0 to 1 about 1, rows 2 to 3 about 3.
        Batch mixed = CutMix.mix(three(), 4, 0.75, 1, 3);
        assertThat(Arrays.copyOfRange(mixed.features(), 16, 32)).containsExactly(
                2, 2, 2, 2,
                2, 2, 2, 2,
                1, 1, 2, 2,
                1, 1, 2, 2);
        assertThat(Arrays.copyOfRange(mixed.features(), 0, 16)).containsExactly(
                1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 1, 1, 3, 3, 1, 1);
        assertThat(mixed.targets(4)).startsWith(0.75f, 0, 0, 0.25f);
    }

    @Test
    void whatCutMixCutsOffCountsForTheSampleItself() {
        // A half side of 2 about the upper left corner: only 2x2 of 4x4 are inside.
        Batch mixed = CutMix.mix(three(), 4, 0, 0, 0);
        assertThat(mixed.mix().orElseThrow().share()).isEqualTo(0.75);
        assertThat(Arrays.copyOfRange(mixed.features(), 32, 48)).containsExactly(
                2, 2, 3, 3, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
        Batch whole = CutMix.mix(three(), 4, 0, 2, 2);
        assertThat(whole.mix().orElseThrow().share()).isZero();
        assertThat(whole.features()).startsWith(3, 3).endsWith(2, 2);
        Batch nothing = CutMix.mix(three(), 4, 1, 2, 2);
        assertThat(nothing.features()).isEqualTo(three().features());
        assertThat(nothing.targets(4)).isEqualTo(three().targets(4));
    }

    @Test
    void allChannelsAreCutAlike() {
        float[] features = new float[2 * 3 * 4];
        Arrays.fill(features, 12, 24, 1);
        Batch mixed = CutMix.mix(new Batch(0, features, new int[2], new int[2]), 2, 0.5, 1, 0);
        // A half side of 0 pixels of 2: nothing. With a share of 0 it is 1 pixel: column 0 and 1 of row 0.
        assertThat(mixed.features()).startsWith(0, 0, 0);
        mixed = CutMix.mix(new Batch(0, features, new int[2], new int[2]), 2, 0, 1, 0);
        assertThat(mixed.features()).containsExactly(
                1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0,
                0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1);
    }

    @Test
    void targetsAreProbabilities() {
        assertThat(three().targets(4)).containsExactly(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1);
        for (int i = 0; i < 200; i++) {
            Batch mixed = BatchTransform.oneOf(List.of(new Mixup(0.3), new CutMix(1)))
                    .apply(three(), 4, AddressedRandom.ofBatch(1, 0, i));
            float[] targets = mixed.targets(4);
            for (int row = 0; row < 3; row++) {
                float sum = 0;
                for (int j = 0; j < 4; j++) {
                    assertThat(targets[4 * row + j]).isBetween(0f, 1f);
                    sum += targets[4 * row + j];
                }
                assertThat(sum).isCloseTo(1, within(1e-6f));
            }
        }
        Batch alone = new Batch(0, new float[] {4}, new int[] {1}, new int[] {0});
        assertThat(Mixup.mix(alone, 0.25).features()).containsExactly(4);
        assertThat(Mixup.mix(alone, 0.25).targets(2)).containsExactly(0, 1);
    }

    @Test
    void theChoiceIsEvenAndAFunctionOfTheBatch() {
        BatchTransform choice = BatchTransform.oneOf(List.of(new Mixup(1), new CutMix(1)));
        int averaged = 0;
        for (int i = 0; i < 1000; i++) {
            float[] features = choice.apply(three(), 4, AddressedRandom.ofBatch(0, 3, i)).features();
            assertThat(features).isEqualTo(choice.apply(three(), 4, AddressedRandom.ofBatch(0, 3, i)).features());
            averaged += features[0] == Math.rint(features[0]) ? 0 : 1;
        }
        assertThat(averaged).isCloseTo(500, within(60));
    }

    @Test
    void whatCannotBeMixedOrLabelledIsRefused() {
        Batch mixed = Mixup.mix(three(), 0.5);
        assertThatThrownBy(() -> Mixup.mix(mixed, 0.5)).hasMessage("the batch is mixed already");
        assertThatThrownBy(() -> three().targets(3)).hasMessage("label 3 of 3 classes");
        assertThatThrownBy(() -> new Batch.LabelMix(1.5, new int[0])).hasMessageContaining("1.5");
        Batch.LabelMix two = new Batch.LabelMix(1, new int[2]);
        assertThatThrownBy(() -> new Batch(0, new float[48], new int[3], new int[3], Optional.of(two)))
                .hasMessageContaining("2 mixed ones");
    }

    @Test
    void betaHasItsMomentsAndIsUniformForOnes() {
        for (double[] shape : new double[][] {{1, 1}, {0.2, 0.2}, {2, 5}, {0.5, 3}, {40, 60}}) {
            double a = shape[0];
            double b = shape[1];
            AddressedRandom random = AddressedRandom.ofBatch(4, 0, 0);
            int draws = 20_000;
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < draws; i++) {
                double value = random.nextBeta(a, b);
                assertThat(value).isBetween(0.0, 1.0);
                sum += value;
                squares += value * value;
            }
            double mean = a / (a + b);
            double variance = a * b / ((a + b) * (a + b) * (a + b + 1));
            assertThat(sum / draws).as("mean of " + Arrays.toString(shape)).isCloseTo(mean, within(0.01));
            assertThat(squares / draws - (sum / draws) * (sum / draws)).as("variance of " + Arrays.toString(shape))
                    .isCloseTo(variance, within(0.05 * variance));
        }
        int[] tenths = new int[10];
        int[] ends = new int[3];
        AddressedRandom random = AddressedRandom.ofBatch(9, 1, 2);
        for (int i = 0; i < 20_000; i++) {
            tenths[(int) (10 * random.nextBeta(1, 1))]++;
            double value = random.nextBeta(0.2, 0.2);
            ends[value < 0.1 ? 0 : value > 0.9 ? 2 : 1]++;
        }
        assertThat(Arrays.stream(tenths).boxed()).allSatisfy(count -> assertThat(count).isCloseTo(2000, within(180)));
        // Beta(0.2, 0.2) has 33.67 % of its mass below a tenth, by its distribution function.
        assertThat(ends[0] / 20_000.0).isCloseTo(0.3367, within(0.012));
        assertThat(ends[2] / 20_000.0).isCloseTo(0.3367, within(0.012));
    }

    @Test
    void tinyShapesGiveTheEndsAndNoNaN() {
        AddressedRandom random = AddressedRandom.ofBatch(0, 0, 0);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            values.add(random.nextBeta(1e-6, 1e-6));
        }
        assertThat(values).containsOnly(0.0, 1.0);
    }

    @Test
    void betaNeverChanges() {
        AddressedRandom random = AddressedRandom.ofBatch(1, 2, 3);
        assertThat(random.nextBeta(0.2, 0.2)).isEqualTo(0.13064301377074958);
        assertThat(random.nextBeta(1, 1)).isEqualTo(0.8986426110789472);
    }
}
