package io.github.shufflenet4j.training.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.apache.commons.lang3.ArrayUtils;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;

/**
 * How far a changed network, such as one of lower precision, agrees with the original.
 *
 * @param images        number of images
 * @param sameTop1      percentage of the images for which both predict the same class
 * @param largestChange of the probability of any class of any image, 0 to 1
 * @param expectedLoss  of top-1 accuracy in points, needing no labels: the mean of the original's probability of its
 *                      own class less that of the other network's class. It is as good as the probabilities are.
 * @param scores        of both networks, if the images are labelled
 */
public record Agreement(int images, double sameTop1, double largestChange, double expectedLoss,
                        Optional<Scores> scores) {

    /** Scores on labelled images. */
    public record Scores(EvaluationResult original, EvaluationResult changed) {
    }

    /**
     * Runs both networks on all images of a source.
     *
     * @param labelled whether the source is labelled by the classifiers' classes
     * @param damaged  receives the images that could not be read
     * @throws io.github.shufflenet4j.data.DataException if too many images cannot be read, or none can
     */
    public static Agreement measure(Evaluator evaluator, Evaluator.Classifier original, Evaluator.Classifier changed,
                                    ImageSource source, boolean labelled, List<DamagedImage> damaged)
            throws IOException {
        Counts counts = new Counts();
        Tally before = new Tally(source.classes());
        Tally after = new Tally(source.classes());
        evaluator.forEach(source, Evaluator.allBatches(source), damaged, batch -> {
            float[][] expected = original.probabilities(batch);
            float[][] actual = changed.probabilities(batch);
            for (int i = 0; i < expected.length; i++) {
                counts.add(expected[i], actual[i]);
                if (labelled) {
                    before.add(batch.samples()[i], batch.labels()[i], expected[i]);
                    after.add(batch.samples()[i], batch.labels()[i], actual[i]);
                }
            }
        });
        Tally.requireImages(counts.images, damaged);
        return new Agreement(counts.images, 100.0 * counts.same / counts.images, counts.largest,
                100 * counts.lost / counts.images, labelled
                ? Optional.of(new Scores(before.detail(damaged).result(), after.detail(damaged).result()))
                : Optional.empty());
    }

    private static final class Counts {

        private int images;
        private int same;
        private double lost;
        private float largest;

        void add(float[] expected, float[] actual) {
            int predicted = mostProbable(expected);
            int other = mostProbable(actual);
            images++;
            same += predicted == other ? 1 : 0;
            lost += expected[predicted] - expected[other];
            for (int c = 0; c < expected.length; c++) {
                largest = Math.max(largest, Math.abs(expected[c] - actual[c]));
            }
        }

        private static int mostProbable(float[] row) {
            float largest = row[0];
            for (float value : row) {
                largest = Math.max(largest, value);
            }
            return ArrayUtils.indexOf(row, largest);
        }
    }

    /** All of it on one line. */
    public String summary() {
        String accuracies = scores.map(both -> String.format(Locale.ROOT,
                "top-1 %.2f %%, before %.2f %%, top-5 %.2f %%, before %.2f %%; ", both.changed().top1(),
                both.original().top1(), both.changed().top5(), both.original().top5())).orElse("");
        return String.format(Locale.ROOT, "%d images: %ssame class for %.2f %%, expected loss of top-1 %.2f points;"
                + " largest change of a probability %.4f", images, accuracies, sameTop1, expectedLoss, largestChange);
    }
}
