package io.github.shufflenet4j.training.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.nd4j.evaluation.classification.Evaluation;

/**
 * Evaluation of a network on labelled images, class by class.
 *
 * @param result      accuracy and loss
 * @param counts      confusion matrix, with precision, recall and F1 per class
 * @param worst       some of the mistakes, those with the highest loss first
 * @param confidences of all images
 */
public record EvaluationDetail(EvaluationResult result, Evaluation counts, List<Mistake> worst,
                               Confidences confidences) {

    /** Copies the list. */
    public EvaluationDetail {
        worst = List.copyOf(worst);
        Objects.requireNonNull(confidences, "confidences");
    }

    /** Two classes of which one was predicted as the other, so many times. */
    public record Confusion(int truth, int predicted, int images) {
    }

    /** The classes that were mistaken for others, the most frequent mistake first, then in the order of the classes. */
    public List<Confusion> confusions() {
        int classes = counts.getConfusion().getClasses().size();
        List<Confusion> confusions = new ArrayList<>();
        for (int truth = 0; truth < classes; truth++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                if (truth != predicted && count(truth, predicted) > 0) {
                    confusions.add(new Confusion(truth, predicted, count(truth, predicted)));
                }
            }
        }
        confusions.sort(Comparator.comparingInt(Confusion::images).reversed());
        return confusions;
    }

    /** Precision, recall and F1 of each class. */
    public List<ClassScores> scores() {
        return ClassScores.of(counts);
    }

    /** Number of images of a class that were predicted as another. */
    public int count(int truth, int predicted) {
        return counts.getConfusion().getCount(truth, predicted);
    }

    /**
     * An image that was predicted as another class.
     *
     * @param sample      number of the image in its source
     * @param truth       class of the image
     * @param predicted   most probable class
     * @param probability of the predicted class
     * @param loss        cross-entropy in nats: minus the logarithm of the true class's probability
     */
    public record Mistake(int sample, int truth, int predicted, double probability, double loss)
            implements Serializable {

        /** The highest loss first, then in the order of the source. */
        static final Comparator<Mistake> WORST_FIRST = Comparator.comparingDouble(Mistake::loss).reversed()
                .thenComparing(Mistake::sample);

        /** Probability of the true class. */
        public double truthProbability() {
            return Math.exp(-loss);
        }
    }
}
