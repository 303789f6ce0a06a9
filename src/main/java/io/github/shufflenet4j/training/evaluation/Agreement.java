package io.github.shufflenet4j.training.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.apache.commons.lang3.ArrayUtils;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;

/**
 * How far a changed network, such as one of lower precision, agrees with the original on labelled images.
 *
 * @param original      scores of the original
 * @param changed       scores of the other
 * @param sameTop1      percentage of the images for which both predict the same class
 * @param largestChange of the probability of any class of any image, 0 to 1
 */
public record Agreement(EvaluationResult original, EvaluationResult changed, double sameTop1, double largestChange) {

    public Agreement {
        Objects.requireNonNull(original, "original");
        Objects.requireNonNull(changed, "changed");
    }

    /**
     * Runs both networks on all images of a source.
     *
     * @param source  labelled by the classifiers' classes
     * @param damaged receives the images that could not be read
     * @throws io.github.shufflenet4j.data.DataException if too many images cannot be read, or none can
     */
    public static Agreement measure(Evaluator evaluator, Evaluator.Classifier original, Evaluator.Classifier changed,
                                    ImageSource source, List<DamagedImage> damaged) throws IOException {
        Tally tally = new Tally(source.classes());
        int[] same = {0};
        float[] largest = {0};
        EvaluationDetail detail = evaluator.evaluate(batch -> {
            float[][] expected = original.probabilities(batch);
            float[][] actual = changed.probabilities(batch);
            for (int i = 0; i < expected.length; i++) {
                tally.add(batch.samples()[i], batch.labels()[i], actual[i]);
                same[0] += mostProbable(expected[i]) == mostProbable(actual[i]) ? 1 : 0;
                for (int c = 0; c < expected[i].length; c++) {
                    largest[0] = Math.max(largest[0], Math.abs(expected[i][c] - actual[i][c]));
                }
            }
            return expected;
        }, source, damaged);
        return new Agreement(detail.result(), tally.detail(damaged).result(),
                100.0 * same[0] / detail.result().images(), largest[0]);
    }

    private static int mostProbable(float[] row) {
        float largest = row[0];
        for (float value : row) {
            largest = Math.max(largest, value);
        }
        return ArrayUtils.indexOf(row, largest);
    }

    /** All of it on one line. */
    public String summary() {
        return String.format(Locale.ROOT, "%d images: top-1 %.2f %%, before %.2f %%, top-5 %.2f %%, before %.2f %%;"
                + " same class for %.2f %%; largest change of a probability %.4f", original.images(), changed.top1(),
                original.top1(), changed.top5(), original.top5(), sameTop1, largestChange);
    }
}
