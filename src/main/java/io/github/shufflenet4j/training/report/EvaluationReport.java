package io.github.shufflenet4j.training.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * Report of an evaluation.
 *
 * @param model    name of the network, such as that of its file
 * @param metadata of the network
 * @param folder   of the images
 * @param print    of the images
 * @param images   labelled by the network's classes
 * @param detail   of the evaluation
 * @param broken   images that could not be read
 * @param seconds  duration of the evaluation
 */
public record EvaluationReport(String model, ModelMetadata metadata, Path folder, Fingerprint print,
                               ImageSource images, EvaluationDetail detail, List<BrokenImage> broken,
                               double seconds) {

    public Report page() {
        return new Report(model + " on " + folder.toAbsolutePath().normalize().getFileName())
                .subtitle(ReportSections.sentence(detail.result()))
                .section("Classes", section -> ReportSections.classes(section, detail, metadata.classNames()))
                .section("Worst mistakes", section -> ReportSections.mistakes(section, detail, images))
                .section("Data", section -> {
                    section.facts("Images", data());
                    ReportSections.broken(section, broken);
                })
                .section("Network", section -> section.facts("Metadata of its file", network()))
                .section("Environment", ReportSections::environment);
    }

    private Map<String, Object> data() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Folder", folder.toAbsolutePath().normalize());
        facts.put("Images", images.size());
        facts.put("Unreadable images", broken.size());
        facts.put("SHA-256 of the list of images", print.sha256());
        facts.put("Duration", ReportSections.duration(seconds));
        facts.put("Images per second", Math.round(detail.result().images() / seconds));
        return facts;
    }

    private Map<String, Object> network() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Network", ReportSections.network(metadata) + ", block layout " + metadata.blockLayout().label());
        facts.put("Classes", metadata.classNames().size());
        facts.put("Image size", metadata.preprocessing().crop() + " pixels, cropped from a shorter side of "
                + metadata.preprocessing().resize());
        facts.putAll(metadata.provenance());
        return facts;
    }
}
