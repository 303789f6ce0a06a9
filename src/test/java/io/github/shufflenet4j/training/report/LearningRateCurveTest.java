package io.github.shufflenet4j.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.training.report.LearningRateCurve.Step;

class LearningRateCurveTest {

    private static final int STEPS = 100;

    private static double rate(int step) {
        return 1e-6 * Math.pow(10, 0.07 * step);
    }

    /** @param loss by the logarithm of the rate to the base of 10 */
    private static LearningRateCurve curve(DoubleUnaryOperator loss) {
        LearningRateCurve curve = new LearningRateCurve(STEPS);
        for (int step = 0; step < STEPS && !curve.isExploded(); step++) {
            curve.add(rate(step), loss.applyAsDouble(Math.log10(rate(step))));
        }
        return curve;
    }

    /** Falls to 1 at a rate of 0.01, from 3. */
    private static double valley(double log) {
        return 3 - 2 * Math.exp(-(log + 2) * (log + 2));
    }

    /** The same with losses that differ from step to step. */
    private static DoubleUnaryOperator noisy(DoubleUnaryOperator loss, double noise) {
        Random random = new Random(1);
        return log -> loss.applyAsDouble(log) + noise * random.nextGaussian();
    }

    @Test
    void lossesAreSmoothedWithoutABiasTowardsZero() {
        List<Step> steps = curve(LearningRateCurveTest::valley).steps();
        assertThat(steps).hasSize(STEPS);
        for (int last : new int[] {0, 1, 50, 99}) {
            double weights = 0;
            double sum = 0;
            for (int step = 0; step <= last; step++) {
                double weight = Math.pow(0.9, last - step);
                weights += weight;
                sum += weight * valley(Math.log10(rate(step)));
            }
            assertThat(steps.get(last).smoothed()).isCloseTo(sum / weights, within(1e-9));
        }
    }

    @Test
    void suggestsATenthOfTheRateOfTheLowestLoss() {
        LearningRateCurve curve = curve(noisy(LearningRateCurveTest::valley, 0.02));
        List<Step> steps = curve.steps();
        Step lowest = curve.lowest().orElseThrow();
        assertThat(steps.subList(10, 95)).contains(lowest)
                .allSatisfy(step -> assertThat(step.smoothed()).isGreaterThanOrEqualTo(lowest.smoothed()));
        assertThat(lowest.learningRate()).isBetween(0.01, 0.05); // smoothing lags behind by some steps
        assertThat(curve.suggestion()).hasValue(lowest.learningRate() / 10);
        int steepest = steps.indexOf(curve.steepest().orElseThrow());
        int end = steps.indexOf(lowest);
        assertThat(steepest).isBetween(10, end - 1);
        for (int i = 10; i < end; i++) {
            assertThat(steps.get(i).smoothed() - steps.get(i + 1).smoothed())
                    .isLessThanOrEqualTo(steps.get(steepest).smoothed() - steps.get(steepest + 1).smoothed());
        }
    }

    /** Nor where it comes down from where high rates have thrown it. */
    @Test
    void nothingIsSuggestedWhereTheLossDoesNotFall() {
        for (DoubleUnaryOperator loss : List.<DoubleUnaryOperator>of(log -> 10 + log, noisy(log -> 2, 0.1),
                noisy(log -> log < -1 ? 2 : 6 - log, 0.1))) {
            LearningRateCurve curve = curve(loss);
            assertThat(curve.suggestion()).isEmpty();
            assertThat(curve.steepest()).isEmpty();
            assertThat(new Report("x").section("y", curve::draw).html()).contains("does not fall");
        }
        LearningRateCurve begun = new LearningRateCurve(STEPS);
        begun.add(1, 2);
        assertThat(begun.suggestion()).isEmpty();
    }

    @Test
    void endsOnceTheLossExplodes() {
        LearningRateCurve high = curve(log -> log < -1 ? 2 : 10);
        assertThat(high.steps()).hasSizeBetween(73, 75);
        LearningRateCurve low = curve(log -> log < -3 ? 2 : log < -1 ? 0.25 : 1.5);
        assertThat(low.isExploded()).isTrue();
        List<Step> steps = low.steps();
        double lowest = steps.get(71).smoothed();
        assertThat(steps.get(steps.size() - 1).smoothed()).isBetween(4 * lowest, 2.0);
        assertThat(steps.get(steps.size() - 2).smoothed()).isLessThanOrEqualTo(4 * lowest);
        LearningRateCurve undefined = curve(log -> log < -1 ? 0.5 : Double.NaN);
        assertThat(undefined.isExploded()).isTrue();
        assertThat(undefined.steps()).hasSize(72).allMatch(step -> step.loss() == 0.5);
        // One by one, the first losses may be far apart.
        assertThat(curve(log -> log < -5.9 ? 0.1 : 1).steps()).hasSize(STEPS);
    }

    @Test
    void isDrawnAndListed() {
        LearningRateCurve curve = curve(LearningRateCurveTest::valley);
        String page = new Report("x").section("y", curve::draw).html();
        assertThat(page).contains("\"type\":\"log\"", "smoothed", "suggestion ", "steepest descent ", "lowest ");
        assertThat(curve.toCsv().lines()).hasSize(STEPS + 1).startsWith("learning_rate,loss,smoothed_loss",
                "1.00000e-06,3.00000,3.00000");
    }
}
