package io.github.shufflenet4j.transfer;

import java.util.Arrays;

import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * The loss of multinomial logistic regression: the mean of the images' cross-entropies, and half of {@code l2} times
 * the sum of the squared weights; biases are not penalised. A point is [classes, features + 1], the bias behind the
 * weights.
 *
 * <p>Images are divided into a fixed number of parts, whose sums are added in order, so that the value does not depend
 * on the number of threads.
 */
final class SoftmaxLoss implements Lbfgs.Objective {

    private static final int PARTS = 8;

    private final FeatureTable table;
    private final int classes;
    private final double l2;
    private final int pitch;

    SoftmaxLoss(FeatureTable table, int classes, double l2) {
        this.table = table;
        this.classes = classes;
        this.l2 = l2;
        this.pitch = table.length() + 1;
    }

    int size() {
        return classes * pitch;
    }

    @Override
    public double at(double[] point, double[] gradient) {
        double[] losses = new double[PARTS];
        double[][] gradients = new double[PARTS][size()];
        Workers.shared().parallelFor(PARTS, part -> losses[part] = part(part, point, gradients[part]));
        double loss = 0;
        Arrays.fill(gradient, 0);
        for (int part = 0; part < PARTS; part++) {
            loss += losses[part] / table.size();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += gradients[part][i] / table.size();
            }
        }
        for (int i = 0; i < point.length; i++) {
            if (i % pitch != table.length()) {
                loss += l2 / 2 * point[i] * point[i];
                gradient[i] += l2 * point[i];
            }
        }
        return loss;
    }

    private double part(int part, double[] point, double[] gradient) {
        double loss = 0;
        double[] row = new double[table.length()];
        double[] scores = new double[classes];
        int end = (int) ((long) table.size() * (part + 1) / PARTS);
        for (int image = (int) ((long) table.size() * part / PARTS); image < end; image++) {
            read(image, row);
            loss += probabilities(point, row, table.labels()[image], scores);
            scores[table.labels()[image]] -= 1;
            for (int c = 0; c < classes; c++) {
                addTo(gradient, c * pitch, scores[c], row);
                gradient[c * pitch + row.length] += scores[c];
            }
        }
        return loss;
    }

    record Score(double loss, double accuracy) {
    }

    Score score(double[] point) {
        double loss = 0;
        int hits = 0;
        double[] row = new double[table.length()];
        double[] scores = new double[classes];
        for (int image = 0; image < table.size(); image++) {
            read(image, row);
            int label = table.labels()[image];
            loss += probabilities(point, row, label, scores);
            boolean first = true;
            for (int c = 0; c < classes; c++) {
                first &= c == label || scores[c] < scores[label] || scores[c] == scores[label] && c > label;
            }
            hits += first ? 1 : 0;
        }
        return new Score(loss / table.size(), (double) hits / table.size());
    }

    private void read(int image, double[] row) {
        float[] features = table.rows()[image];
        for (int i = 0; i < row.length; i++) {
            row[i] = features[i];
        }
    }

    /** Writes the probabilities of the classes to {@code scores}, and returns the cross-entropy. */
    private double probabilities(double[] point, double[] row, int label, double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            scores[c] = point[c * pitch + row.length] + dot(point, c * pitch, row);
            largest = Math.max(largest, scores[c]);
        }
        double ofLabel = scores[label];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            scores[c] = Math.exp(scores[c] - largest);
            sum += scores[c];
        }
        for (int c = 0; c < classes; c++) {
            scores[c] /= sum;
        }
        return Math.log(sum) + largest - ofLabel;
    }

    /** In four independent sums, which a processor computes in parallel. */
    private static double dot(double[] point, int at, double[] row) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < row.length; i += 4) {
            a += point[at + i] * row[i];
            b += point[at + i + 1] * row[i + 1];
            c += point[at + i + 2] * row[i + 2];
            d += point[at + i + 3] * row[i + 3];
        }
        for (; i < row.length; i++) {
            a += point[at + i] * row[i];
        }
        return (a + b) + (c + d);
    }

    private static void addTo(double[] gradient, int at, double share, double[] row) {
        for (int i = 0; i < row.length; i++) {
            gradient[at + i] += share * row[i];
        }
    }
}
