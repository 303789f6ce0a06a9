package io.github.shufflenet4j.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CalibrationTest {

    @ParameterizedTest
    @CsvSource({"0, 51", "0.5, 51", "1.5, 53", "2.5, 53", "-1.5, 49", "-52, 0", "204, 255", "300, 255"})
    void codesAreRoundedToEvenAndClamped(float value, int code) {
        Scale scale = Scale.of(-51, 204);
        assertThat(scale).isEqualTo(new Scale(1, 51));
        assertThat(scale.code(value)).isEqualTo(code);
    }

    @Test
    void zeroHasACodeWhateverTheRange() {
        assertThat(Scale.of(2, 10)).isEqualTo(new Scale(10f / 255, 0));
        assertThat(Scale.of(-10, -2)).isEqualTo(new Scale(10f / 255, 255));
        assertThat(Scale.of(0, 0)).isEqualTo(new Scale(1, 0));
        for (double low : new double[] {-0.013, -3.7, -90}) {
            Scale scale = Scale.of(low, 1.9);
            assertThat(scale.value(scale.code(0))).isZero();
            assertThat(scale.value(0)).isCloseTo((float) low, within(scale.step() / 2));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale(0, 0)).withMessageStartingWith("step");
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale(1, 256)).withMessageStartingWith("zero");
    }

    private static Histogram histogram(float... values) {
        float low = 0;
        float high = 0;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        Histogram histogram = new Histogram(low, high);
        histogram.add(List.of(new Plane(1, values.length, values)));
        return histogram;
    }

    /** Of 1 to 100,000, ten lie above 99,990. */
    @Test
    void percentilesLeaveOutTheOutermostValues() {
        float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        Histogram histogram = histogram(values);
        double bin = 100_000 / 4096.0;
        for (double share : new double[] {0.25, 0.5, 0.9999}) {
            assertThat(histogram.quantile(share)).isCloseTo(share * 100_000, within(bin));
        }
        assertThat(Calibration.PERCENTILE.scale(histogram).step() * 255).isCloseTo(99_990, within((float) bin));
        assertThat(Calibration.MINMAX.scale(histogram).step() * 255).isCloseTo(100_000, within(0.1f));
    }

    /** ReLU's zeros would make any percentile zero. */
    @Test
    void zerosDoNotCount() {
        float[] values = new float[100_000];
        for (int i = 0; i < 100; i++) {
            values[i] = 1 + i / 100f;
        }
        assertThat(histogram(values).quantile(0.5)).isCloseTo(1.5, within(0.02));
    }

    /** A bell from -4 to 4 with one value at 40: the range that keeps that value spends most codes on nothing. */
    @Test
    void entropyCutsOffWhatIsRare() {
        Random random = new Random(1);
        float[] values = new float[50_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.max(-4, Math.min(4, random.nextGaussian()));
        }
        Scale plain = Calibration.ENTROPY.scale(histogram(values));
        values[0] = 40;
        Scale outlier = Calibration.ENTROPY.scale(histogram(values));
        assertThat(outlier.step() * 255).isLessThan(20);
        // Of the bell alone, most of the range is kept.
        assertThat(plain.step() * 255).isBetween(4f, 8.001f);
    }

    @ParameterizedTest
    @EnumSource
    void anActivationThatIsAlwaysZeroHasSomeScale(Calibration calibration) {
        Scale scale = calibration.scale(histogram(new float[100]));
        assertThat(scale.code(0)).isEqualTo(scale.zero());
    }
}
