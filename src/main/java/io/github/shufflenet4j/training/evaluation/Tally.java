package io.github.shufflenet4j.training.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.nd4j.evaluation.classification.Evaluation;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;

/** Counts of an evaluation in progress. Tallies of parts of a set add up to that of the set. */
public final class Tally implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int TOP = 5;
    /** Mistakes kept for the report. */
    private static final int MAX_MISTAKES = 24;
    /** Stands for a probability of the true class that underflows. */
    private static final double MIN_PROBABILITY = 1e-30;

    private final Evaluation counts;
    private final ArrayList<Mistake> worst = new ArrayList<>();
    private final Confidences.Builder confidences = new Confidences.Builder();
    private int images;
    private int top1;
    private int top5;
    private double loss;

    public Tally(List<String> classes) {
        counts = new Evaluation(classes);
    }

    /** Adds an image: its number, its class and its class probabilities. */
    public void add(int sample, int truth, float[] row) {
        int better = rank(row, truth);
        int predicted = better == 0 ? truth : bestBut(truth, row);
        double ofImage = -Math.log(Math.max(row[truth], MIN_PROBABILITY));
        counts.eval(predicted, truth);
        images++;
        top1 += better < 1 ? 1 : 0;
        top5 += better < TOP ? 1 : 0;
        loss += ofImage;
        confidences.add(row[predicted], predicted == truth);
        if (predicted != truth) {
            add(new Mistake(sample, truth, predicted, row[predicted], ofImage));
        }
    }

    private void add(Mistake mistake) {
        worst.add(mistake);
        if (worst.size() > 2 * MAX_MISTAKES) {
            worst.retainAll(worst());
        }
    }

    private List<Mistake> worst() {
        return worst.stream().sorted(Mistake.WORST_FIRST).limit(MAX_MISTAKES).toList();
    }

    /** Adds all images of another tally. */
    public void add(Tally other) {
        counts.merge(other.counts);
        other.worst.forEach(this::add);
        confidences.add(other.confidences);
        images += other.images;
        top1 += other.top1;
        top5 += other.top5;
        loss += other.loss;
    }

    /** @throws DataException if no image could be read */
    static void requireImages(int images, List<DamagedImage> damaged) throws DataException {
        DataException.throwIf(images == 0, "no image can be read; the first is "
                + (damaged.isEmpty() ? "missing" : damaged.get(0)));
    }

    /**
     * The result of a whole evaluation.
     *
     * @param damaged the images that could not be read
     * @throws DataException if none could
     */
    public EvaluationDetail detail(List<DamagedImage> damaged) throws DataException {
        requireImages(images, damaged);
        List<ClassScores> scores = ClassScores.of(counts);
        // Classes without images have no recall, and those that were not predicted either no F1.
        double recall = mean(scores, ClassScores::recall);
        double f1 = mean(scores, ClassScores::f1);
        return new EvaluationDetail(new EvaluationResult(images, 100.0 * top1 / images, 100.0 * top5 / images,
                loss / images, 100 * recall, 100 * f1), counts, worst(), confidences.build());
    }

    private static double mean(List<ClassScores> scores, ToDoubleFunction<ClassScores> score) {
        return scores.stream().mapToDouble(score).filter(value -> !Double.isNaN(value)).average().orElseThrow();
    }

    /** The most probable of the other classes; among equals the first, and a NaN before all of them. */
    private static int bestBut(int truth, float[] row) {
        int best = truth == 0 ? 1 : 0;
        for (int i = best + 1; i < row.length && !Float.isNaN(row[best]); i++) {
            if (i != truth && !(row[i] <= row[best])) {
                best = i;
            }
        }
        return best;
    }

    /** Number of classes ahead of {@code truth}; among equals the lower index is ahead. */
    private static int rank(float[] row, int truth) {
        int better = 0;
        for (int i = 0; i < row.length; i++) {
            // Written so that a NaN is ahead of everything: a network that gives NaN is right about nothing.
            if (i != truth && !(row[i] < row[truth] || row[i] == row[truth] && i > truth)) {
                better++;
            }
        }
        return better;
    }
}
