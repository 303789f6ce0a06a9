package io.github.shufflenet4j.training.evaluation;

import java.util.Locale;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Accuracy and loss of a network on labelled images.
 *
 * @param images           number of images
 * @param top1             percentage whose class is the most probable one
 * @param top5             percentage whose class is among the five most probable ones
 * @param loss             mean cross-entropy, in nats, without label smoothing
 * @param balancedAccuracy mean of the classes' top-1 accuracies, or recalls, in percent; NaN if it is unknown, in runs
 *                         of earlier versions
 * @param macroF1          mean of the classes' F1, the harmonic means of precision and recall, in percent; likewise
 */
public record EvaluationResult(int images, double top1, double top5, double loss, double balancedAccuracy,
                               double macroF1) {

    @JsonCreator
    static EvaluationResult ofJson(@JsonProperty("images") int images, @JsonProperty("top1") double top1,
                                   @JsonProperty("top5") double top5, @JsonProperty("loss") double loss,
                                   @JsonProperty("balancedAccuracy") Double balancedAccuracy,
                                   @JsonProperty("macroF1") Double macroF1) {
        return new EvaluationResult(images, top1, top5, loss, Objects.requireNonNullElse(balancedAccuracy, Double.NaN),
                Objects.requireNonNullElse(macroF1, Double.NaN));
    }

    /** All of it on one line. */
    public String summary() {
        return String.format(Locale.ROOT, "%d images: top-1 %.2f %%, top-5 %.2f %%, loss %.4f, balanced accuracy"
                + " %.2f %%, macro F1 %.2f %%", images, top1, top5, loss, balancedAccuracy, macroF1);
    }

    /** Whether this is a better result: higher top-1, or the same with a lower loss. */
    public boolean isBetterThan(EvaluationResult other) {
        return top1 > other.top1 || top1 == other.top1 && loss < other.loss;
    }
}
