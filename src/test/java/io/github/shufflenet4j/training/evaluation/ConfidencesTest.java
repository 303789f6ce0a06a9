package io.github.shufflenet4j.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.training.evaluation.Confidences.Bin;

class ConfidencesTest {

    /** Of sums of a few numbers. */
    private static final double ROUNDING = 1e-12;

    private static Confidences of(double[] confidences, boolean[] correct) {
        Confidences.Builder builder = new Confidences.Builder();
        for (int i = 0; i < confidences.length; i++) {
            builder.add(confidences[i], correct[i]);
        }
        return builder.build();
    }

    /**
     * Of 15 bins, the 15th, above 14/15, has 0.95 and 0.99, one of them right: a gap of 0.97 - 0.5. The 10th, up to
     * 10/15, has 0.62 and 0.64, both right: 1 - 0.63. The 8th has 0.5, wrong: 0.5. The first has 0.05, wrong: 0.05.
     */
    @Test
    void theCalibrationErrorIsThatWorkedOutByHand() {
        Confidences confidences = of(new double[] {0.95, 0.62, 0.5, 0.99, 0.05, 0.64},
                new boolean[] {true, true, false, false, false, true});
        assertThat(confidences.expectedCalibrationError())
                .isCloseTo((2 * 0.47 + 2 * 0.37 + 0.5 + 0.05) / 6, within(ROUNDING));
        assertThat(confidences.reliability()).extracting(Bin::number).containsExactly(0, 7, 9, 14);
        assertThat(confidences.reliability()).extracting(Bin::images).containsExactly(1, 1, 2, 2);
        assertThat(confidences.all().confidence()).isCloseTo(3.75 / 6, within(ROUNDING));
        assertThat(confidences.all().accuracy()).isEqualTo(0.5);
    }

    /** As in the paper, an interval has its upper end and not its lower one. */
    @Test
    void endsOfBinsBelongToTheLowerOne() {
        Confidences confidences = of(new double[] {0, 1 / 15.0, 14 / 15.0, 1}, new boolean[4]);
        assertThat(confidences.reliability()).extracting(Bin::number).containsExactly(0, 13, 14);
        assertThat(of(new double[] {0.9}, new boolean[1]).above(90).images()).isZero();
        assertThat(of(new double[] {0.9 + 1e-9}, new boolean[1]).above(90).images()).isEqualTo(1);
        assertThat(of(new double[] {Double.NaN}, new boolean[1]).reliability())
                .containsExactly(new Bin(0, 1, 0, 0));
    }

    /** Against the definition, image by image. */
    @Test
    void binsAndCoverageAreThoseOfTheDefinition() {
        Random random = new Random(5);
        double[] confidences = random.doubles(2000).toArray();
        boolean[] correct = new boolean[confidences.length];
        double[] gaps = new double[15];
        int above = 0;
        int correctAbove = 0;
        for (int i = 0; i < confidences.length; i++) {
            correct[i] = random.nextDouble() < confidences[i] * confidences[i];
            gaps[(int) (confidences[i] * 15)] += (correct[i] ? 1 : 0) - confidences[i];
            above += confidences[i] > 0.7 ? 1 : 0;
            correctAbove += confidences[i] > 0.7 && correct[i] ? 1 : 0;
        }
        double expected = 0;
        for (double gap : gaps) {
            expected += Math.abs(gap) / confidences.length;
        }
        Confidences histogram = of(confidences, correct);
        assertThat(histogram.expectedCalibrationError()).isCloseTo(expected, within(ROUNDING));
        assertThat(histogram.above(70)).extracting(Bin::images, Bin::correct).containsExactly(above, correctAbove);
        assertThat(histogram.coverage()).extracting(Bin::number).startsWith(0, 50).endsWith(99);
        assertThat(histogram.coverage().get(0).images()).isEqualTo(2000);
    }

    @Test
    void partsAddUpAndNothingIsNoNumber() {
        Confidences.Builder first = new Confidences.Builder();
        first.add(0.3, true);
        Confidences.Builder second = new Confidences.Builder();
        second.add(0.3, false);
        second.add(0.8, true);
        first.add(second);
        assertThat(first.build()).isEqualTo(of(new double[] {0.3, 0.3, 0.8}, new boolean[] {true, false, true}));
        assertThat(Confidences.UNKNOWN.expectedCalibrationError()).isNaN();
        assertThatThrownBy(() -> Confidences.UNKNOWN.above(101)).hasMessageContaining("hundredths must be 0 to 100");
    }
}
