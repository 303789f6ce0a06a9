package io.github.shufflenet4j.training.evaluation;

import java.util.List;
import java.util.Objects;

import org.nd4j.evaluation.classification.Evaluation;

/**
 * What a network made of labelled images, class by class.
 *
 * @param result accuracy and loss
 * @param counts how many images of each class were taken for which, with DL4J's measures of that
 * @param worst  some mistakes, those with the highest loss first
 */
public record EvaluationDetail(EvaluationResult result, Evaluation counts, List<Mistake> worst) {

    /** Copies the list. */
    public EvaluationDetail {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(counts, "counts");
        worst = List.copyOf(worst);
    }

    /** Images of a class that were taken for another. */
    public int count(int truth, int predicted) {
        return counts.getConfusion().getCount(truth, predicted);
    }
}
