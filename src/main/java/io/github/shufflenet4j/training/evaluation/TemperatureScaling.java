package io.github.shufflenet4j.training.evaluation;

import java.util.Arrays;
import java.util.List;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * Temperature scaling (Guo et al. 2017, arXiv 1706.04599): all logits are divided by one number, the temperature with
 * the lowest cross-entropy on images that the network was not trained on. Which class is the most probable one does not
 * change.
 */
public final class TemperatureScaling {

    /** Others are found only where the images do not tell the temperature. */
    private static final double MIN_TEMPERATURE = 0.05;
    private static final double MAX_TEMPERATURE = 20;
    private static final int MAX_ITERATIONS = 100;
    private static final double TOLERANCE = 1e-9;
    /** Images of a task, whose sums are then added in order, so that the result is the same with any threads. */
    private static final int BLOCK = 256;

    private final List<float[]> logits;
    private final int[] labels;

    private TemperatureScaling(List<float[]> logits, int[] labels) {
        this.logits = logits;
        this.labels = labels;
    }

    /**
     * The temperature with the lowest cross-entropy.
     *
     * @param logits of each image, one for each class
     * @param labels the classes of the images
     * @throws DataException            if the lowest cross-entropy is at no temperature from 0.05 to 20
     * @throws IllegalArgumentException if there are no images, or more or fewer labels
     */
    public static double fit(List<float[]> logits, int[] labels) throws DataException {
        Validate.isTrue(!logits.isEmpty() && logits.size() == labels.length, "%s labels for %s images", labels.length,
                logits.size());
        return new TemperatureScaling(logits, labels).fit();
    }

    /** Newton's method for the inverse temperature, of which the cross-entropy is a convex function, in a bracket. */
    private double fit() throws DataException {
        double low = 1 / MAX_TEMPERATURE;
        double high = 1 / MIN_TEMPERATURE;
        DataException.throwIf(!(slope(low).first < 0), "no temperature up to 20 fits: the network is hardly better than"
                + " chance on these images; are they of its classes?");
        DataException.throwIf(!(slope(high).first > 0), "no temperature from 0.05 on fits: the network makes no mistake"
                + " on these images; calibrate on more of them, on which it was not trained");
        double inverse = 1;
        for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
            Slope slope = slope(inverse);
            if (slope.first < 0) {
                low = inverse;
            } else {
                high = inverse;
            }
            double next = inverse - slope.first / slope.second;
            if (!(next > low && next < high)) {
                next = Math.sqrt(low * high);
            }
            boolean done = Math.abs(next - inverse) <= TOLERANCE * inverse;
            inverse = next;
            if (done) {
                break;
            }
        }
        return 1 / inverse;
    }

    /** First and second derivative of the sum of the images' cross-entropies by the inverse temperature. */
    private record Slope(double first, double second) {

        Slope plus(Slope other) {
            return new Slope(first + other.first, second + other.second);
        }
    }

    private Slope slope(double inverse) {
        Slope[] blocks = new Slope[Rounding.ceilDiv(labels.length, BLOCK)];
        Workers.shared().parallelFor(blocks.length, block -> {
            Slope sum = new Slope(0, 0);
            for (int i = block * BLOCK; i < Math.min(labels.length, (block + 1) * BLOCK); i++) {
                sum = sum.plus(slope(logits.get(i), labels[i], inverse));
            }
            blocks[block] = sum;
        });
        return Arrays.stream(blocks).reduce(new Slope(0, 0), Slope::plus);
    }

    /** The mean of the logits under their probabilities less the true class's logit, and their variance. */
    private static Slope slope(float[] logits, int label, double inverse) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        double mean = 0;
        double square = 0;
        for (float logit : logits) {
            double below = logit - largest;
            double weight = Math.exp(below * inverse);
            sum += weight;
            mean += weight * below;
            square += weight * below * below;
        }
        mean /= sum;
        return new Slope(mean - (logits[label] - largest), square / sum - mean * mean);
    }
}
