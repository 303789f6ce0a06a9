package io.github.shufflenet4j.guidelines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.io.AtomicFile;

/** What a {@link Laboratory} measured, and what can be made of it. */
public final class Measurements {

    private final Conditions conditions;
    private final List<Experiment.Result> results;
    private final List<NetworkSpeed> networks;
    private final List<String> leftOut;

    /** @param leftOut networks that could not run, and why */
    Measurements(Conditions conditions, List<Experiment.Result> results, List<NetworkSpeed> networks,
                 List<String> leftOut) {
        this.conditions = conditions;
        this.results = List.copyOf(results);
        this.networks = List.copyOf(networks);
        this.leftOut = List.copyOf(leftOut);
    }

    /** What measured: processor, threads, versions, load. */
    Map<String, String> machine() {
        return conditions.facts();
    }

    /** Those of a guideline, by factor on the channels. */
    List<Experiment.Result> results(Guideline guideline) {
        return results.stream().filter(result -> result.guideline() == guideline).toList();
    }

    List<Engine> engines() {
        return results.get(0).experiment().engines();
    }

    List<NetworkSpeed> networks() {
        return networks;
    }

    /** What there is to say of the networks beside their table. */
    String aboutNetworks() {
        return GuidelineTexts.NETWORKS
                + (leftOut.isEmpty() ? "" : " Left out, as they do not run here: " + String.join("; ", leftOut) + ".");
    }

    /** A line for each guideline and engine that says where it holds, and what its extreme rows take. */
    public List<String> findings() {
        List<String> lines = new ArrayList<>();
        for (Guideline guideline : Guideline.values()) {
            new Findings(guideline, results(guideline)).paragraphs()
                    .forEach(paragraph -> lines.add(guideline.label() + ", " + paragraph));
        }
        return lines;
    }

    /**
     * Writes {@code report.html}, a page for a browser in one file; {@code findings.md}, the same without its charts;
     * and the numbers, {@code guidelines.csv} and {@code networks.csv}.
     *
     * @param folder is made if it does not exist; files of these names are replaced
     * @return the files
     * @throws IOException if a file cannot be written
     */
    public List<Path> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path page = folder.resolve("report.html");
        GuidelinePage.of(this).write(page);
        return List.of(page, text(folder.resolve("findings.md"), GuidelineMarkdown.of(this)),
                text(folder.resolve("guidelines.csv"), MeasurementCsv.guidelines(results)),
                text(folder.resolve("networks.csv"), MeasurementCsv.networks(networks)));
    }

    private static Path text(Path file, String text) throws IOException {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        return file;
    }
}
