package io.github.shufflenet4j.training.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

import org.nd4j.evaluation.classification.Evaluation;

import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.report.HeatMap;
import io.github.shufflenet4j.report.Picture;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.evaluation.Mistake;
import io.github.shufflenet4j.weights.ModelMetadata;

/** What the reports of a training run and of an evaluation have in common. */
public final class ReportSections {

    /** A matrix of more classes cannot be read as a picture. */
    private static final int MOST_DRAWN = 50;
    private static final int LISTED_PAIRS = 30;
    private static final int LISTED_BROKEN = 100;
    private static final int THUMBNAIL = 192;

    /** Classes of which one was taken for the other, so many times. */
    private record Pair(int truth, int predicted, int count) {
    }

    private ReportSections() {
    }

    /** What to call the network. */
    public static String network(ModelMetadata metadata) {
        return "ShuffleNetV2 " + metadata.variant().label().replace('_', '.');
    }

    /** Accuracy and loss in a sentence. */
    public static String sentence(EvaluationResult result) {
        return String.format(Locale.ROOT, "%d images: top-1 %.2f %%, top-5 %.2f %%, loss %.4f.", result.images(),
                result.top1(), result.top5(), result.loss());
    }

    /** Which classes were taken for which. */
    public static void confusion(Section section, EvaluationDetail detail, List<String> classes) {
        int count = classes.size();
        List<Pair> pairs = pairs(detail, count);
        if (count <= MOST_DRAWN) {
            double[][] cells = new double[count][count];
            for (int truth = 0; truth < count; truth++) {
                for (int predicted = 0; predicted < count; predicted++) {
                    cells[truth][predicted] = detail.count(truth, predicted);
                }
            }
            section.chart(new HeatMap("Images by class and by what they were taken for", summary(pairs, classes),
                    "true class", classes, "predicted class", classes, cells));
        } else if (pairs.isEmpty()) {
            section.paragraph("No image was taken for another class.");
        } else {
            Table table = new Table("The most confused classes").text("true class").text("taken for")
                    .number("images").number("of its images");
            pairs.stream().limit(LISTED_PAIRS).forEach(pair -> table.row(classes.get(pair.truth()),
                    classes.get(pair.predicted()), pair.count(),
                    percent((double) pair.count() / detail.counts().classCount(pair.truth()))));
            section.table(table);
        }
    }

    private static String summary(List<Pair> pairs, List<String> classes) {
        return pairs.isEmpty() ? "All images are on the diagonal: none was taken for another class."
                : String.format(Locale.ROOT, "Most often %s was taken for %s, %d times.",
                        classes.get(pairs.get(0).truth()), classes.get(pairs.get(0).predicted()),
                        pairs.get(0).count());
    }

    /** All confused classes, the most confused first. */
    private static List<Pair> pairs(EvaluationDetail detail, int classes) {
        List<Pair> pairs = new ArrayList<>();
        for (int truth = 0; truth < classes; truth++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                int count = truth == predicted ? 0 : detail.count(truth, predicted);
                if (count > 0) {
                    pairs.add(new Pair(truth, predicted, count));
                }
            }
        }
        pairs.sort(Comparator.comparingInt(Pair::count).reversed());
        return pairs;
    }

    /** Precision, recall and F1 of each class. */
    public static void scores(Section section, EvaluationDetail detail, List<String> classes) {
        Evaluation counts = detail.counts();
        Table table = new Table("Scores of each class").text("class").number("precision").number("recall")
                .number("F1").number("images");
        IntStream.range(0, classes.size()).forEach(index -> table.row(classes.get(index),
                percent(counts.precision(index)), percent(counts.recall(index)), percent(counts.f1(index)),
                counts.classCount(index)));
        section.table(table);
        section.paragraph("Precision: of the images taken for the class, those that are of it. Recall: of the images"
                + " of the class, those that were taken for it. F1: their harmonic mean. 0 where there are none.");
    }

    /** The mistakes with the highest loss, in pictures. */
    public static void mistakes(Section section, EvaluationDetail detail, ImageSource images) {
        if (detail.worst().isEmpty()) {
            section.paragraph("No image was taken for another class.");
            return;
        }
        section.paragraph("The images to which the network gave the least probability of their own class.");
        section.pictures(detail.worst().stream().flatMap(mistake -> picture(mistake, images).stream()).toList());
    }

    /** Empty if the file cannot be read any more. */
    private static Optional<Picture> picture(Mistake mistake, ImageSource images) {
        String name = images.name(mistake.sample());
        String truth = images.classes().get(mistake.truth());
        String predicted = images.classes().get(mistake.predicted());
        try {
            byte[] jpeg = ImageEncoder.thumbnail(images.read(mistake.sample()), name, THUMBNAIL);
            return Optional.of(new Picture("image/jpeg", jpeg, truth + ", taken for " + predicted, List.of(
                    truth + ", taken for " + predicted,
                    percent(mistake.probability()) + " " + predicted + ", " + percent(mistake.truthProbability()) + " "
                            + truth,
                    String.valueOf(Path.of(name).getFileName()))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Images that could not be read, if there are any. */
    public static void broken(Section section, List<BrokenImage> broken) {
        if (broken.isEmpty()) {
            return;
        }
        Table table = new Table("Images that could not be read").text("file").text("reason");
        broken.stream().limit(LISTED_BROKEN).forEach(image -> table.row(image.name(), image.reason()));
        section.table(table);
        if (broken.size() > LISTED_BROKEN) {
            section.paragraph("and " + (broken.size() - LISTED_BROKEN) + " more.");
        }
    }

    /** A share in percent; a dash for what is no number. */
    static String percent(double share) {
        return Double.isNaN(share) ? "\u2013" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A time span in its two largest units. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? String.format(Locale.ROOT, "%.1f s", seconds)
                : whole < 3600 ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
