package io.github.shufflenet4j.training.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.report.HeatMap;
import io.github.shufflenet4j.report.Picture;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail.Mistake;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * Report of an evaluation, some of whose sections those of training runs share.
 *
 * @param model   name of the network, such as that of its file
 * @param print   of the images
 * @param images  labelled by the network's classes
 * @param damaged images that could not be read
 * @param seconds duration of the evaluation
 */
public record EvaluationReport(String model, ModelMetadata metadata, Path folder, Fingerprint print,
                               ImageSource images, EvaluationDetail detail, List<DamagedImage> damaged,
                               double seconds) {

    /** A larger matrix is not legible as a picture. */
    private static final int MAX_DRAWN_CLASSES = 50;
    private static final int MAX_PAIRS = 30;
    private static final int MAX_DAMAGED = 100;
    private static final int THUMBNAIL = 192;
    private static final String ALL_CORRECT = "All images were predicted correctly.";
    private static final String DL4J_VERSION = "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

    /** Two classes of which one was predicted as the other, so many times. */
    private record Pair(int truth, int predicted, int count) {
    }

    public Report page() {
        return new Report(model + " on " + folder.toAbsolutePath().normalize().getFileName())
                .subtitle(sentence(detail.result()))
                .section("Classes", section -> EvaluationReport.classes(section, detail, metadata.classNames()))
                .section("Worst mistakes", section -> mistakes(section, detail, images))
                .section("Data", section -> {
                    section.facts("Images", data());
                    damaged(section, damaged);
                })
                .section("Network", section -> section.facts("Metadata of its file", network()))
                .section("Environment", EvaluationReport::environment);
    }

    private Map<String, Object> data() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Folder", folder.toAbsolutePath().normalize());
        facts.put("Images", images.size());
        facts.put("Unreadable images", damaged.size());
        facts.put("SHA-256 of the list of images", print.sha256());
        facts.put("Duration", duration(seconds));
        facts.put("Images per second", Math.round(detail.result().images() / seconds));
        return facts;
    }

    private Map<String, Object> network() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Network", network(metadata) + ", block layout " + metadata.blockLayout().label());
        facts.put("Classes", metadata.classNames().size());
        facts.put("Image size", metadata.preprocessing().crop() + " pixels, cropped from a shorter side of "
                + metadata.preprocessing().resize());
        facts.putAll(metadata.provenance());
        return facts;
    }

    /** Name of the network. */
    public static String network(ModelMetadata metadata) {
        return "ShuffleNetV2 " + metadata.variant().label().replace('_', '.');
    }

    /** Accuracy and loss in a sentence. */
    public static String sentence(EvaluationResult result) {
        return result.summary() + ".";
    }

    /** The confusion matrix, or the most confused pairs of many classes; precision, recall and F1 per class. */
    public static void classes(Section section, EvaluationDetail detail, List<String> classes) {
        int count = classes.size();
        double[][] cells = new double[count][count];
        List<Pair> pairs = new ArrayList<>();
        for (int truth = 0; truth < count; truth++) {
            for (int predicted = 0; predicted < count; predicted++) {
                cells[truth][predicted] = detail.count(truth, predicted);
                if (truth != predicted && cells[truth][predicted] > 0) {
                    pairs.add(new Pair(truth, predicted, (int) cells[truth][predicted]));
                }
            }
        }
        pairs.sort(Comparator.comparingInt(Pair::count).reversed());
        if (count <= MAX_DRAWN_CLASSES) {
            section.chart(new HeatMap("Confusion matrix", summary(pairs, classes), "true class", classes,
                    "predicted class", classes, cells));
        } else if (pairs.isEmpty()) {
            section.paragraph(ALL_CORRECT);
        } else {
            Table table = new Table("Most confused classes").text("true class").text("predicted as")
                    .number("images").number("share of the class");
            pairs.stream().limit(MAX_PAIRS).forEach(pair -> table.row(classes.get(pair.truth()),
                    classes.get(pair.predicted()), pair.count(),
                    percent((double) pair.count() / detail.counts().classCount(pair.truth()))));
            section.table(table);
        }
        scores(section, detail.counts(), classes);
    }

    private static String summary(List<Pair> pairs, List<String> classes) {
        return pairs.isEmpty() ? ALL_CORRECT
                : String.format(Locale.ROOT, "Most often %s was predicted as %s, %d times.",
                        classes.get(pairs.get(0).truth()), classes.get(pairs.get(0).predicted()),
                        pairs.get(0).count());
    }

    private static void scores(Section section, Evaluation counts, List<String> classes) {
        Table table = new Table("Precision, recall and F1 per class").text("class").number("precision")
                .number("recall").number("F1").number("images");
        IntStream.range(0, classes.size()).forEach(index -> table.row(classes.get(index),
                percent(counts.precision(index)), percent(counts.recall(index)), percent(counts.f1(index)),
                counts.classCount(index)));
        section.table(table);
        section.paragraph("Precision: share of the images predicted as the class that are of it. Recall: share of"
                + " the class's images predicted as it. F1: their harmonic mean. 0 where there are no images.");
    }

    /** The mistakes with the highest loss, in pictures. */
    public static void mistakes(Section section, EvaluationDetail detail, ImageSource images) {
        if (detail.worst().isEmpty()) {
            section.paragraph(ALL_CORRECT);
            return;
        }
        section.paragraph("The mispredicted images with the lowest probability of their true class.");
        section.pictures(detail.worst().stream().flatMap(mistake -> picture(mistake, images).stream()).toList());
    }

    /** Empty if the file cannot be read any more. */
    private static Optional<Picture> picture(Mistake mistake, ImageSource images) {
        String name = images.name(mistake.sample());
        String truth = images.classes().get(mistake.truth());
        String predicted = images.classes().get(mistake.predicted());
        try {
            byte[] jpeg = ImageEncoder.thumbnail(images.read(mistake.sample()), name, THUMBNAIL);
            String title = truth + ", predicted as " + predicted;
            return Optional.of(new Picture("image/jpeg", jpeg, title, List.of(title,
                    percent(mistake.probability()) + " " + predicted + ", " + percent(mistake.truthProbability()) + " "
                            + truth,
                    String.valueOf(Path.of(name).getFileName()))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A table of the images that could not be read, if there are any. */
    public static void damaged(Section section, List<DamagedImage> damaged) {
        if (damaged.isEmpty()) {
            return;
        }
        Table table = new Table("Unreadable images").text("file").text("reason");
        damaged.stream().limit(MAX_DAMAGED).forEach(image -> table.row(image.name(), image.reason()));
        section.table(table);
        if (damaged.size() > MAX_DAMAGED) {
            section.paragraph("and " + (damaged.size() - MAX_DAMAGED) + " more.");
        }
    }

    /** A table of the {@link #environment()}. */
    public static void environment(Section section) {
        section.facts("Versions and machine", environment());
    }

    /** Versions and the machine, by name. */
    public static Map<String, String> environment() {
        Map<String, String> facts = new LinkedHashMap<>();
        String version = EvaluationReport.class.getPackage().getImplementationVersion();
        facts.put("shufflenet4j", version == null ? "built from sources" : version);
        facts.put("Deeplearning4j", dl4jVersion());
        facts.put("ND4J backend", Nd4j.getBackend().getClass().getSimpleName());
        facts.putAll(Machine.facts());
        return facts;
    }

    private static String dl4jVersion() {
        try (InputStream in = ComputationGraph.class.getResourceAsStream(DL4J_VERSION)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A share in percent; a dash for NaN. */
    private static String percent(double share) {
        return Double.isNaN(share) ? "\u2013" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A duration in its two largest units. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? String.format(Locale.ROOT, "%.1f s", seconds)
                : whole < 3600 ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
