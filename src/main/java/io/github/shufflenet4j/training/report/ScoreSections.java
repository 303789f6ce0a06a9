package io.github.shufflenet4j.training.report;

import static io.github.shufflenet4j.training.report.EvaluationReport.percent;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.HeatMap;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.report.XyChart;
import io.github.shufflenet4j.training.evaluation.ClassScores;
import io.github.shufflenet4j.training.evaluation.Confidences;
import io.github.shufflenet4j.training.evaluation.Confidences.Bin;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Confusion;

/** Sections on the scores of a network, of reports on evaluations and on training runs. */
public final class ScoreSections {

    static final String ALL_CORRECT = "All images were predicted correctly.";
    /** A larger matrix is not legible as a picture. */
    private static final int MAX_DRAWN_CLASSES = 50;
    private static final int MAX_PAIRS = 30;
    /** The threshold of the example, in percent. */
    private static final int SURE = 90;

    private ScoreSections() {
    }

    /** The confusion matrix unless it is large, the most confused pairs, and precision, recall and F1 per class. */
    public static void classes(Section section, EvaluationDetail detail, List<String> classes) {
        List<Confusion> confusions = detail.confusions();
        int count = classes.size();
        if (count <= MAX_DRAWN_CLASSES) {
            double[][] cells = new double[count][count];
            for (int truth = 0; truth < count; truth++) {
                for (int predicted = 0; predicted < count; predicted++) {
                    cells[truth][predicted] = detail.count(truth, predicted);
                }
            }
            section.chart(new HeatMap("Confusion matrix", summary(confusions, classes), "true class", classes,
                    "predicted class", classes, cells));
        }
        List<ClassScores> scores = detail.scores();
        if (confusions.isEmpty()) {
            section.paragraph(ALL_CORRECT);
        } else {
            Table table = new Table("Most confused classes").text("true class").text("predicted as")
                    .number("images").number("share of the class").sortable();
            confusions.stream().limit(MAX_PAIRS).forEach(pair -> table.row(classes.get(pair.truth()),
                    classes.get(pair.predicted()), pair.images(),
                    percent((double) pair.images() / scores.get(pair.truth()).images())));
            section.table(table);
        }
        Table table = new Table("Precision, recall and F1 per class").text("class").number("precision")
                .number("recall").number("F1").number("images").sortable();
        IntStream.range(0, count).forEach(index -> {
            ClassScores ofClass = scores.get(index);
            table.row(classes.get(index), percent(ofClass.precision()), percent(ofClass.recall()),
                    percent(ofClass.f1()), ofClass.images());
        });
        section.table(table);
        section.paragraph("Precision: share of the images predicted as the class that are of it. Recall: share of"
                + " the class's images predicted as it. F1: their harmonic mean. A dash where there are no images.");
    }

    private static String summary(List<Confusion> confusions, List<String> classes) {
        return confusions.isEmpty() ? ALL_CORRECT
                : String.format(Locale.ROOT, "Most often %s was predicted as %s, %d times.",
                        classes.get(confusions.get(0).truth()), classes.get(confusions.get(0).predicted()),
                        confusions.get(0).images());
    }

    /** The reliability diagram with the expected calibration error, and accuracy against coverage. */
    public static void confidence(Section section, Confidences confidences) {
        Bin all = confidences.all();
        if (all.images() == 0) {
            section.paragraph("Not recorded.");
            return;
        }
        section.paragraph("Confidence is the probability of the predicted class: " + percent(all.confidence())
                + " on average, where " + percent(all.accuracy()) + " of the images are predicted correctly; "
                + calibration(confidences) + ".");
        section.chart(reliability(confidences));
        section.paragraph("Expected calibration error (Guo et al. 2017, arXiv 1706.04599): mean distance between"
                + " accuracy and mean confidence over " + Confidences.RELIABILITY_BINS + " bins of equal width, each"
                + " weighted by its images. Bins with few images say little.");
        coverage(section, confidences, all);
    }

    /** The expected calibration error in a few words. */
    public static String calibration(Confidences confidences) {
        return String.format(Locale.ROOT, "expected calibration error %.2f %%",
                100 * confidences.expectedCalibrationError());
    }

    private static XyChart reliability(Confidences confidences) {
        List<Bin> bins = confidences.reliability();
        return new XyChart("Reliability diagram", "The network's " + calibration(confidences) + ".",
                percentAxis("mean confidence in %"), percentAxis("accuracy in %"))
                .right(Axis.linear("images").from(0))
                .line("network", points(bins, bin -> 100 * bin.confidence(), bin -> 100 * bin.accuracy()))
                .line("perfect calibration", List.of(new Point(0, 0), new Point(100, 100)))
                .lineOnRight("images", points(bins, bin -> 100 * bin.confidence(), Bin::images));
    }

    private static void coverage(Section section, Confidences confidences, Bin all) {
        ToDoubleFunction<Bin> coverage = bin -> 100.0 * bin.images() / all.images();
        ToDoubleFunction<Bin> accuracy = bin -> 100 * bin.accuracy();
        List<Bin> curve = IntStream.range(0, 100).mapToObj(confidences::above).filter(bin -> bin.images() > 0)
                .toList();
        Bin sure = confidences.above(SURE);
        String summary = "Answering only above " + SURE + " % confidence: " + percent(sure.accuracy()) + " right on "
                + percent((double) sure.images() / all.images()) + " of the images.";
        section.chart(new XyChart("Accuracy against coverage", summary,
                Axis.linear("answered, % of all images").to(100), Axis.linear("right, % of the answered").to(100))
                .line("all thresholds", points(curve, coverage, accuracy))
                .scatter("above", confidences.coverage().stream().filter(bin -> bin.images() > 0)
                        .map(bin -> new Point(coverage.applyAsDouble(bin), accuracy.applyAsDouble(bin),
                                bin.number() + " %")).toList()));
        section.paragraph(summary);
        Table table = new Table("Answers above a confidence only").number("confidence above").number("answered")
                .number("right, of the answered").number("images answered");
        confidences.coverage().forEach(bin -> table.row(bin.number() + " %",
                percent((double) bin.images() / all.images()), percent(bin.accuracy()), bin.images()));
        section.table(table);
    }

    private static Axis percentAxis(String label) {
        return Axis.linear(label).from(0).to(100);
    }

    private static List<Point> points(List<Bin> bins, ToDoubleFunction<Bin> x, ToDoubleFunction<Bin> y) {
        return bins.stream().map(bin -> new Point(x.applyAsDouble(bin), y.applyAsDouble(bin))).toList();
    }
}
