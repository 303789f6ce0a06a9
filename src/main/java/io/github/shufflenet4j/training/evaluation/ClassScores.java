package io.github.shufflenet4j.training.evaluation;

import java.util.List;
import java.util.stream.IntStream;

import org.nd4j.evaluation.classification.Evaluation;

/**
 * Scores of a class, as shares from 0 to 1.
 *
 * @param images    of the class
 * @param predicted images that were predicted as the class
 * @param correct   images of the class that were predicted as it
 */
public record ClassScores(int images, int predicted, int correct) {

    /** The scores of all classes, in their order. */
    static List<ClassScores> of(Evaluation counts) {
        var hits = counts.truePositives();
        var misses = counts.falseNegatives();
        var alarms = counts.falsePositives();
        return IntStream.range(0, hits.size()).mapToObj(index -> new ClassScores(hits.get(index) + misses.get(index),
                hits.get(index) + alarms.get(index), hits.get(index))).toList();
    }

    /** The share of the images predicted as the class that are of it; NaN if there are none. */
    public double precision() {
        return (double) correct / predicted;
    }

    /** The share of the images of the class that are predicted as it; NaN if there are none. */
    public double recall() {
        return (double) correct / images;
    }

    /** The harmonic mean of precision and recall; NaN if no image is of the class or predicted as it. */
    public double f1() {
        return 2.0 * correct / (images + predicted);
    }
}
