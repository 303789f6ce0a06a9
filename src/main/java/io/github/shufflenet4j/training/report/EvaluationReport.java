package io.github.shufflenet4j.training.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * Report of an evaluation, some of whose sections those of training runs share.
 *
 * @param model   name of the network, such as that of its file
 * @param print   of the images
 * @param images  labelled by the network's classes
 * @param mistakes the worst of them
 * @param damaged images that could not be read
 * @param seconds duration of the evaluation
 */
public record EvaluationReport(String model, ModelMetadata metadata, Path folder, Fingerprint print,
                               ImageSource images, EvaluationDetail detail, MistakeGallery mistakes,
                               List<DamagedImage> damaged, double seconds) {

    private static final int MAX_DAMAGED = 100;
    private static final String DL4J_VERSION = "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

    public Report page() {
        return new Report(model + " on " + folder.toAbsolutePath().normalize().getFileName())
                .subtitle(sentence(detail.result()))
                .section("Classes", section -> ScoreSections.classes(section, detail, metadata.classNames()))
                .section("Confidence", section -> ScoreSections.confidence(section, detail.confidences()))
                .section("Worst mistakes", mistakes::fill)
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
        if (metadata.temperature() != 1) {
            facts.put("Temperature", metadata.temperature());
        }
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
    static String percent(double share) {
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
