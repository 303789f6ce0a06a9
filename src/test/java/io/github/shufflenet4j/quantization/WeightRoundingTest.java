package io.github.shufflenet4j.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;

class WeightRoundingTest {

    private static final int LIMIT = 127;

    /** Neighbours correlate by {@code correlation}, others by its powers. */
    private static double[][] covariance(int size, double correlation) {
        double[][] covariance = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                covariance[i][j] = Math.pow(correlation, Math.abs(i - j));
            }
        }
        return covariance;
    }

    private static double[] random(int size, Random random) {
        return random.doubles(size, -100, 100).toArray();
    }

    /** Mean square of an output's error. */
    private static double error(double[] weights, byte[] rounded, double[][] covariance) {
        double error = 0;
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < weights.length; j++) {
                error += (weights[i] - rounded[i]) * covariance[i][j] * (weights[j] - rounded[j]);
            }
        }
        return error;
    }

    @Test
    void weightsOfIndependentOrDeadInputsGoToTheNearest() {
        for (double[][] covariance : new double[][][] {covariance(4, 0), new double[4][4]}) {
            assertThat(new WeightRounding(covariance).round(new double[] {0.4, -1.6, 2.5, 140}, LIMIT))
                    .containsExactly(0, -2, 2, 127);
        }
    }

    @Test
    void oneOfTwoEqualInputsMakesUpForTheOther() {
        WeightRounding rounding = new WeightRounding(new double[][] {{1, 1}, {1, 1}});
        assertThat(rounding.round(new double[] {0.4, 0.4}, LIMIT)).containsExactly(0, 1);
        assertThat(rounding.round(new double[] {130, 3}, LIMIT)).containsExactly(127, 6);
    }

    @Test
    void errorsCancelOnCorrelatedInputs() {
        Random random = new Random(1);
        double[][] covariance = covariance(27, 0.95);
        WeightRounding rounding = new WeightRounding(covariance);
        WeightRounding nearest = new WeightRounding(new double[27][27]);
        double with = 0;
        double without = 0;
        for (int i = 0; i < 200; i++) {
            double[] weights = random(27, random);
            with += error(weights, rounding.round(weights, LIMIT), covariance);
            without += error(weights, nearest.round(weights, LIMIT), covariance);
        }
        assertThat(with).isLessThan(0.2 * without);
    }

    /** No change of a single weight by a step makes the error much smaller, though two together might. */
    @Test
    void theLastWeightIsTheBestBehindTheOthers() {
        Random random = new Random(2);
        double[][] covariance = covariance(9, 0.8);
        WeightRounding rounding = new WeightRounding(covariance);
        for (int i = 0; i < 100; i++) {
            double[] weights = random(9, random);
            byte[] rounded = rounding.round(weights, LIMIT);
            for (int change : new int[] {-1, 1}) {
                byte[] other = rounded.clone();
                other[8] += (byte) change;
                // Damping weighs the errors slightly differently.
                assertThat(error(weights, other, covariance))
                        .isGreaterThan(error(weights, rounded, covariance) - 0.05);
            }
        }
    }
}
