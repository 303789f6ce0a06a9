package io.github.shufflenet4j.training.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.shufflenet4j.check.Checks;

/**
 * A histogram of confidences, the probabilities of the predicted classes: how many images have which, and how many of
 * them are predicted correctly.
 *
 * @param bins those with images, in ascending order, of {@value #FINE} of equal width from 0 to 1
 */
public record Confidences(List<Bin> bins) {

    /** Of an evaluation whose confidences are unknown. */
    public static final Confidences UNKNOWN = new Confidences(List.of());

    /** The bins of a reliability diagram, as in Guo et al. 2017. */
    public static final int RELIABILITY_BINS = 15;

    /** Both the bins of the diagram and hundredths are made of whole ones of these. */
    private static final int FINE = 300;

    private static final int[] THRESHOLDS = {0, 50, 60, 70, 80, 90, 95, 99};

    /** Copies the list. */
    public Confidences {
        bins = List.copyOf(bins);
    }

    /**
     * Images whose confidence lies in an interval without its lower end.
     *
     * @param number of the interval, from 0
     * @param images at least 1, except in sums
     * @param correct those predicted correctly
     * @param sum    of the confidences
     */
    public record Bin(int number, int images, int correct, double sum) {

        /** The share of the images that are predicted correctly; NaN without images. */
        public double accuracy() {
            return (double) correct / images;
        }

        /** Mean confidence; NaN without images. */
        public double confidence() {
            return sum / images;
        }

        private Bin plus(Bin other) {
            return new Bin(number, images + other.images, correct + other.correct, sum + other.sum);
        }
    }

    /** The bins with images, of {@value #RELIABILITY_BINS} of equal width. */
    public List<Bin> reliability() {
        int each = FINE / RELIABILITY_BINS;
        return IntStream.range(0, RELIABILITY_BINS)
                .mapToObj(number -> sum(number, number * each, (number + 1) * each))
                .filter(bin -> bin.images() > 0).toList();
    }

    /** All images. */
    public Bin all() {
        return sum(0, 0, FINE);
    }

    /**
     * The images with a confidence above a threshold.
     *
     * @param hundredths the threshold, 0 to 100, and the number of the result
     */
    public Bin above(int hundredths) {
        Checks.within("hundredths", hundredths, 0, 100);
        return sum(hundredths, hundredths * FINE / 100, FINE);
    }

    /** The images above each of some thresholds, numbered by them in hundredths. */
    public List<Bin> coverage() {
        return IntStream.of(THRESHOLDS).mapToObj(this::above).toList();
    }

    private Bin sum(int number, int from, int to) {
        return bins.stream().filter(bin -> bin.number() >= from && bin.number() < to)
                .reduce(new Bin(number, 0, 0, 0), Bin::plus);
    }

    /**
     * The expected calibration error (Guo et al. 2017, arXiv 1706.04599): the mean over all images of the distance
     * between accuracy and mean confidence in the image's bin of the reliability diagram; 0 to 1, NaN without images.
     */
    public double expectedCalibrationError() {
        return reliability().stream().mapToDouble(bin -> Math.abs(bin.correct() - bin.sum())).sum() / all().images();
    }

    /** A histogram in progress. */
    static final class Builder implements Serializable {

        private static final long serialVersionUID = 1L;

        private final int[] images = new int[FINE];
        private final int[] correct = new int[FINE];
        private final double[] sums = new double[FINE];

        /** Adds an image; a confidence that is no number counts as 0. */
        void add(double confidence, boolean isCorrect) {
            int bin = Math.max(0, Math.min(FINE - 1, (int) Math.ceil(confidence * FINE) - 1));
            images[bin]++;
            correct[bin] += isCorrect ? 1 : 0;
            sums[bin] += Double.isNaN(confidence) ? 0 : confidence;
        }

        void add(Builder other) {
            for (int bin = 0; bin < FINE; bin++) {
                images[bin] += other.images[bin];
                correct[bin] += other.correct[bin];
                sums[bin] += other.sums[bin];
            }
        }

        Confidences build() {
            List<Bin> filled = new ArrayList<>();
            for (int bin = 0; bin < FINE; bin++) {
                if (images[bin] > 0) {
                    filled.add(new Bin(bin, images[bin], correct[bin], sums[bin]));
                }
            }
            return new Confidences(filled);
        }
    }
}
