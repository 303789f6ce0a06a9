package io.github.shufflenet4j.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.kernel.concurrent.Workers;

/** The loss by finite differences, the search on functions whose end is known, and the whole on made-up features. */
class LogisticRegressionTest {

    private static final FeatureTable NOTHING = new FeatureTable(3, new float[0][], new int[0]);

    private static FeatureTable table(int length, float[] values, int[] labels) {
        float[][] rows = IntStream.range(0, labels.length)
                .mapToObj(i -> Arrays.copyOfRange(values, i * length, (i + 1) * length)).toArray(float[][]::new);
        return new FeatureTable(length, rows, labels);
    }

    /** Points around the corners of a triangle, and one feature that is always the same. */
    private static FeatureTable triangle(int images, double spread, long seed) {
        Random random = new Random(seed);
        float[] values = new float[images * 3];
        int[] labels = new int[images];
        for (int i = 0; i < images; i++) {
            labels[i] = i % 3;
            values[3 * i] = (float) (100 + 10 * Math.cos(2 * labels[i]) + spread * random.nextGaussian());
            values[3 * i + 1] = (float) (0.01 * Math.sin(2 * labels[i]) + 0.001 * spread * random.nextGaussian());
            values[3 * i + 2] = 7;
        }
        return table(3, values, labels);
    }

    /** More than one block. */
    private static FeatureTable noise() {
        Random random = new Random(1);
        float[] values = new float[400 * 1500];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return table(1500, values, random.ints(400, 0, 3).toArray());
    }

    private static SoftmaxLoss loss(FeatureTable table, int classes, double l2) {
        double[] ones = new double[table.length()];
        Arrays.fill(ones, 1);
        return new SoftmaxLoss(FeatureBlocks.of(table, new Standardisation(new double[table.length()], ones)), classes,
                l2);
    }

    /** With classes and features that fill no vectors. Losses are exact to some 1e-7. */
    @Test
    void theGradientIsThatOfTheLoss() {
        SoftmaxLoss loss = loss(noise(), 3, 0.2);
        double[] point = new Random(1).doubles(loss.size(), -0.03, 0.03).toArray();
        double[] gradient = new double[point.length];
        double[] unused = new double[point.length];
        loss.at(point, gradient);
        double step = 0.01;
        for (int i = 78; i < point.length; i += 79) { // a class has 19 * 79 components, the bias last
            double[] shifted = point.clone();
            shifted[i] += step;
            double above = loss.at(shifted, unused);
            shifted[i] -= 2 * step;
            assertThat((above - loss.at(shifted, unused)) / (2 * step)).isCloseTo(gradient[i], within(3e-5));
        }
    }

    /** Of one image, two classes and the point 0: by hand. */
    @Test
    void theLossOfUndecidedClassesIsTheirLogarithm() {
        SoftmaxLoss loss = loss(new FeatureTable(1, new float[][] {{3}}, new int[] {1}), 2, 0.5);
        double[] gradient = new double[4];
        assertThat(loss.at(new double[4], gradient)).isCloseTo(Math.log(2), within(1e-15));
        assertThat(gradient).containsExactly(1.5, 0.5, -1.5, -0.5);
        // The penalty is on the weight 2 alone; scores are 6 and 0 for the label.
        assertThat(loss.at(new double[] {2, 0, 0, 0}, gradient)).isCloseTo(6 + Math.log1p(Math.exp(-6)) + 1,
                within(1e-12));
        assertThat(loss.score(new double[] {2, 0, 0, 0}).accuracy()).isZero();
        assertThat(loss.score(new double[] {0, 0, 2, 0}).accuracy()).isOne();
    }

    @Test
    void theSearchEndsWhereFunctionsAreSmallest() {
        Lbfgs search = new Lbfgs(1e-9, 0, 500);
        double[] target = {3, -1, 0.5, 100, -7};
        Lbfgs.Objective quadratic = (point, gradient) -> {
            double value = 0;
            for (int i = 0; i < point.length; i++) {
                double curvature = Math.pow(10, i);
                gradient[i] = curvature * (point[i] - target[i]);
                value += curvature / 2 * (point[i] - target[i]) * (point[i] - target[i]);
            }
            return value;
        };
        assertThat(search.minimise(quadratic, new double[5])).containsExactly(target, within(1e-7));
        // log(e^(x-1) + e^(1-x)) + y^4: convex, and flat at its end
        Lbfgs.Objective flat = (point, gradient) -> {
            gradient[0] = Math.tanh(point[0] - 1);
            gradient[1] = 4 * Math.pow(point[1], 3);
            return Math.log(2 * Math.cosh(point[0] - 1)) + Math.pow(point[1], 4);
        };
        assertThat(search.minimise(flat, new double[] {20, 3})).containsExactly(new double[] {1, 0}, within(1e-2));
    }

    private static double accuracy(LogisticRegression head, FeatureTable table) {
        int hits = 0;
        for (int i = 0; i < table.size(); i++) {
            int best = 0;
            double[] scores = new double[head.biases().length];
            for (int c = 0; c < scores.length; c++) {
                scores[c] = head.biases()[c];
                for (int j = 0; j < 3; j++) {
                    scores[c] += (double) head.weights()[3 * c + j] * table.rows()[i][j];
                }
                best = scores[c] > scores[best] ? c : best;
            }
            hits += best == table.labels()[i] ? 1 : 0;
        }
        return (double) hits / table.size();
    }

    @Test
    void separableClassesAreTold() {
        LogisticRegression head = LogisticRegression.fit(triangle(90, 1, 3), NOTHING, 3);
        assertThat(head.accuracy()).isOne();
        assertThat(accuracy(head, triangle(300, 1, 4))).isOne();
        assertThat(head.weights()[2]).as("of the feature that tells nothing").isZero();
        LogisticRegression again = LogisticRegression.fit(triangle(90, 1, 3), NOTHING, 3);
        assertThat(again.weights()).containsExactly(head.weights());
        assertThat(again.biases()).containsExactly(head.biases());
    }

    /** Within a loop, all others run on their caller alone. */
    @Test
    void theResultDoesNotDependOnTheNumberOfThreads() {
        FeatureTable table = noise();
        FeatureTable nothing = table.where(i -> false);
        LogisticRegression onAll = LogisticRegression.fit(table, nothing, 3);
        LogisticRegression[] onOne = new LogisticRegression[2];
        Workers.shared().parallelFor(2, i -> onOne[i] = LogisticRegression.fit(table, nothing, 3));
        for (LogisticRegression head : onOne) {
            assertThat(head.weights()).containsExactly(onAll.weights());
            assertThat(head.biases()).containsExactly(onAll.biases());
        }
    }

    @Test
    void theHeldOutImagesChooseThePenalty() {
        // Where features tell little, and there are few images, weights had better stay small.
        LogisticRegression doubtful = LogisticRegression.fit(triangle(60, 30, 3), NOTHING, 3);
        LogisticRegression clear = LogisticRegression.fit(triangle(60, 1, 3), NOTHING, 3);
        assertThat(doubtful.l2()).isGreaterThan(clear.l2());
        LogisticRegression few = LogisticRegression.fit(triangle(9, 1, 3), NOTHING, 3);
        assertThat(few.accuracy()).isNaN();
        assertThat(accuracy(few, triangle(300, 1, 4))).isOne();
    }

    @Test
    void variantsAreLearntFromAsWell() {
        FeatureTable images = triangle(60, 1, 3);
        float[][] moved = Arrays.stream(images.rows()).map(float[]::clone).toArray(float[][]::new);
        for (float[] row : moved) {
            row[0] += 200;
        }
        FeatureTable variant = new FeatureTable(3, moved, images.labels());
        LogisticRegression head = LogisticRegression.fit(images, variant, 3);
        assertThat(accuracy(head, images.and(variant))).isGreaterThan(0.6);
        assertThat(accuracy(head, variant)).isGreaterThan(
                accuracy(LogisticRegression.fit(images, NOTHING, 3), variant));
    }

    @Test
    void tablesKeepRowsAndLabelsTogether() {
        FeatureTable table = triangle(6, 1, 1).where(i -> i % 2 == 1);
        assertThat(table.labels()).containsExactly(1, 0, 2);
        assertThat(table.rows()[1]).containsExactly(triangle(6, 1, 1).rows()[3]);
        assertThat(table.and(NOTHING).size()).isEqualTo(3);
    }

    /** Of as many images and features as ImageNet has for x2.0, all in the memory of one row. */
    @Test
    void aTableMayHoldMoreThanAnArray() {
        float[][] rows = new float[1_281_167][];
        Arrays.fill(rows, new float[2048]);
        FeatureTable table = new FeatureTable(2048, rows, new int[rows.length]);
        assertThat((long) table.size() * table.length()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(table.and(table).size()).isEqualTo(2 * rows.length);
        assertThat(table.where(i -> i > 0).size()).isEqualTo(rows.length - 1);
    }
}
