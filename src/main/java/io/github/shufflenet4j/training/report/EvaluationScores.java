package io.github.shufflenet4j.training.report;

import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.training.evaluation.ClassScores;
import io.github.shufflenet4j.training.evaluation.Confidences;
import io.github.shufflenet4j.training.evaluation.Confidences.Bin;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;

/**
 * All scores of an evaluation in JSON, for other programs. Shares are in percent, and null where they are undefined.
 *
 * @param unreadable               number of images that could not be read
 * @param expectedCalibrationError see {@link Confidences#expectedCalibrationError}
 * @param reliability              bins of the reliability diagram that have images
 * @param coverage                 accuracy on the images that are answered, by threshold
 * @param classes                  in the order of the network's outputs
 * @param confusions               the most frequent mistake first
 */
public record EvaluationScores(EvaluationResult result, int unreadable,
                               Double expectedCalibrationError, List<Reliability> reliability,
                               List<Coverage> coverage, List<OfClass> classes, List<Confusion> confusions) {

    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * A bin of the reliability diagram.
     *
     * @param from       lower end of the confidence, which is not part of the bin
     * @param to         upper end
     * @param confidence mean of the images
     */
    public record Reliability(double from, double to, int images, double confidence, double accuracy) {

        private static Reliability of(Bin bin) {
            double width = 100.0 / Confidences.RELIABILITY_BINS;
            return new Reliability(bin.number() * width, (bin.number() + 1) * width, bin.images(),
                    100 * bin.confidence(), 100 * bin.accuracy());
        }
    }

    /**
     * Accuracy if only images above a confidence are answered.
     *
     * @param above    the confidence
     * @param images   number that are answered
     * @param coverage the share of all
     * @param accuracy on them; null if there are none
     */
    public record Coverage(int above, int images, double coverage, Double accuracy) {

        private static Coverage of(Bin answered, int all) {
            return new Coverage(answered.number(), answered.images(), 100.0 * answered.images() / all,
                    percent(answered.accuracy()));
        }
    }

    /** Scores of a class: precision, recall and F1 in percent. */
    public record OfClass(String name, int images, int predicted, Double precision, Double recall, Double f1) {

        private static OfClass of(String name, ClassScores scores) {
            return new OfClass(name, scores.images(), scores.predicted(), percent(scores.precision()),
                    percent(scores.recall()), percent(scores.f1()));
        }
    }

    /** How many images of a class were predicted as another. */
    public record Confusion(String trueClass, String predictedClass, int images) {
    }

    /** @param classes names of the classes */
    public static EvaluationScores of(EvaluationDetail detail, List<String> classes, int unreadable) {
        List<ClassScores> scores = detail.scores();
        return new EvaluationScores(detail.result(), unreadable,
                percent(detail.confidences().expectedCalibrationError()),
                detail.confidences().reliability().stream().map(Reliability::of).toList(),
                detail.confidences().coverage().stream()
                        .map(answered -> Coverage.of(answered, detail.confidences().all().images())).toList(),
                IntStream.range(0, classes.size()).mapToObj(i -> OfClass.of(classes.get(i), scores.get(i))).toList(),
                detail.confusions().stream().map(confusion -> new Confusion(classes.get(confusion.truth()),
                        classes.get(confusion.predicted()), confusion.images())).toList());
    }

    private static Double percent(double share) {
        return Double.isNaN(share) ? null : 100 * share;
    }

    /** On several lines. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
