package io.github.shufflenet4j.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Images whose label is doubtful, by confident learning (Northcutt, Jiang and Chuang, "Confident learning: estimating
 * uncertainty in dataset labels", 2021).
 *
 * <p>The probability of a class is the normalised geometric mean of two that do not know the image's own label: that of
 * a classifier fitted to other images, and the share of the class among the nearest neighbours. Each of them errs in
 * other places. An image is confidently of a class if its probability is at least the mean of those of the images
 * labelled with it, and at least a half, lest a network that cannot tell the classes apart doubts all labels. Where
 * that is another class than the label, off the diagonal of the confident joint, the label is probably wrong.
 */
final class LabelErrors {

    /** So many neighbours vote. */
    static final int NEIGHBOURS = 30;
    /** A neighbour's weight falls by a factor of e for each such step of similarity. */
    private static final double VOTE_SCALE = 0.05;
    /** Share of all votes that each class has beforehand. */
    private static final double PRIOR = 1e-3;
    /** So that an image is confidently of one class at most. */
    private static final double MIN_CONFIDENCE = 0.5;

    /**
     * An image that is probably not of its class.
     *
     * @param image          number of the image
     * @param suggested      the most probable class
     * @param probability    of the suggested class
     * @param selfConfidence probability of the label, by which they are ranked
     * @param error          whether the label is probably wrong, not only doubtful
     */
    record Doubt(int image, int suggested, double probability, double selfConfidence, boolean error) {
    }

    private LabelErrors() {
    }

    /**
     * The doubtful labels, the most doubtful first: a tenth of the images at most, but all labels that are probably
     * wrong.
     *
     * @param probabilities of the classes by cross-validation, [images, classes]; replaced
     * @param judged        whether a class has enough images: others are neither doubted nor suggested
     */
    static List<Doubt> find(float[][] probabilities, int[] labels, NearestNeighbours neighbours, IntPredicate judged) {
        int classes = probabilities.length == 0 ? 0 : probabilities[0].length;
        for (int i = 0; i < labels.length; i++) {
            multiply(probabilities[i], votes(i, labels, neighbours, classes), judged);
        }
        double[] thresholds = thresholds(probabilities, labels, classes);
        List<Doubt> doubts = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i];
            if (judged.test(label)) {
                float[] row = probabilities[i];
                int likely = best(row, label, judged);
                if (likely != label) {
                    doubts.add(new Doubt(i, likely, row[likely], row[label], row[likely] >= thresholds[likely]));
                }
            }
        }
        doubts.sort(Comparator.comparingDouble(Doubt::selfConfidence).thenComparingInt(Doubt::image));
        int listed = (int) Math.ceil(labels.length / 10.0);
        return IntStream.range(0, doubts.size()).filter(rank -> rank < listed || doubts.get(rank).error())
                .mapToObj(doubts::get).toList();
    }

    private static double[] votes(int image, int[] labels, NearestNeighbours neighbours, int classes) {
        double[] votes = new double[classes];
        double sum = 0;
        int[] others = neighbours.indices()[image];
        for (int n = 0; n < Math.min(NEIGHBOURS, others.length); n++) {
            double vote = Math.exp((neighbours.similarities()[image][n] - 1) / VOTE_SCALE);
            votes[labels[others[n]]] += vote;
            sum += vote;
        }
        for (int c = 0; c < classes; c++) {
            votes[c] = sum == 0 ? 1 : votes[c] / sum + PRIOR;
        }
        return votes;
    }

    private static void multiply(float[] probabilities, double[] votes, IntPredicate judged) {
        double sum = 0;
        for (int c = 0; c < votes.length; c++) {
            votes[c] = judged.test(c) ? Math.sqrt(probabilities[c] * votes[c]) : 0;
            sum += votes[c];
        }
        for (int c = 0; c < votes.length; c++) {
            probabilities[c] = sum == 0 ? 0 : (float) (votes[c] / sum);
        }
    }

    /** The mean probability of each class for the images labelled with it, or a half. */
    private static double[] thresholds(float[][] probabilities, int[] labels, int classes) {
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            sums[labels[i]] += probabilities[i][labels[i]];
            counts[labels[i]]++;
        }
        Arrays.setAll(sums, c -> Math.max(MIN_CONFIDENCE, sums[c] / counts[c]));
        return sums;
    }

    /** The most probable of the judged classes, of equal ones the label. */
    private static int best(float[] probabilities, int label, IntPredicate judged) {
        int best = label;
        for (int c = 0; c < probabilities.length; c++) {
            if (judged.test(c) && probabilities[c] > probabilities[best]) {
                best = c;
            }
        }
        return best;
    }
}
