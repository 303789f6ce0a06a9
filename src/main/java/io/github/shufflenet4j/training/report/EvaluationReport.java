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
 * What a network made of labelled images, as a page.
 *
 * @param model    what to call the network, such as the name of its file
 * @param metadata of the network
 * @param folder   of the images
 * @param print    of the images
 * @param images   labelled by the network's classes
 * @param detail   what the network made of them
 * @param broken   those that could not be read
 * @param seconds  that it took
 */
public record EvaluationReport(String model, ModelMetadata metadata, Path folder, Fingerprint print,
                               ImageSource images, EvaluationDetail detail, List<BrokenImage> broken,
                               double seconds) {

    /** The page, to be written. */
    public Report page() {
        List<String> classes = metadata.classNames();
        return new Report(model + " on " + folder.toAbsolutePath().normalize().getFileName())
                .subtitle(ReportSections.sentence(detail.result()))
                .section("Confusion", section -> {
                    ReportSections.confusion(section, detail, classes);
                    ReportSections.scores(section, detail, classes);
                })
                .section("The worst mistakes", section -> ReportSections.mistakes(section, detail, images))
                .section("Data", section -> {
                    section.facts("Images", data());
                    ReportSections.broken(section, broken);
                })
                .section("The network", section -> section.facts("As its file says", network()))
                .section("What it ran on", section -> section.facts("Versions and machine", Environment.facts()));
    }

    private Map<String, Object> data() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Folder", folder.toAbsolutePath().normalize());
        facts.put("Images", images.size());
        facts.put("Broken images", broken.size());
        facts.put("SHA-256 of their list", print.sha256());
        facts.put("Duration", ReportSections.duration(seconds));
        facts.put("Images per second", Math.round(detail.result().images() / seconds));
        return facts;
    }

    private Map<String, Object> network() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Network", ReportSections.network(metadata) + ", block layout " + metadata.blockLayout().label());
        facts.put("Classes", metadata.classNames().size());
        facts.put("Image size", metadata.preprocessing().crop() + " pixels, cut from a shorter side of "
                + metadata.preprocessing().resize());
        facts.putAll(metadata.provenance());
        return facts;
    }
}
