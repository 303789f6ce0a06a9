package io.github.shufflenet4j.training.evaluation;

/**
 * Accuracy and loss of a network on labelled images.
 *
 * @param images number of images
 * @param top1   percentage whose class is the most probable one
 * @param top5   percentage whose class is among the five most probable ones
 * @param loss   mean cross-entropy, in nats, without label smoothing
 */
public record EvaluationResult(int images, double top1, double top5, double loss) {

    /** Whether this is a better result: higher top-1, or the same with a lower loss. */
    public boolean isBetterThan(EvaluationResult other) {
        return top1 > other.top1 || top1 == other.top1 && loss < other.loss;
    }
}
