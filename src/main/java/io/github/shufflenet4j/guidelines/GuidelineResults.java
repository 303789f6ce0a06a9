package io.github.shufflenet4j.guidelines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.report.Report;

/** The results of a {@link GuidelineBenchmark}. */
public final class GuidelineResults {

    private final Map<String, String> conditions;
    private final List<Experiment> experiments;
    private final List<NetworkResult> networks;
    private final List<String> failed;

    /** @param failed networks that could not run, with the reasons */
    GuidelineResults(Map<String, String> conditions, List<Experiment> experiments, List<NetworkResult> networks,
                     List<String> failed) {
        this.conditions = conditions;
        this.experiments = List.copyOf(experiments);
        this.networks = List.copyOf(networks);
        this.failed = List.copyOf(failed);
    }

    /** Date, machine and load, by name. */
    Map<String, String> conditions() {
        return conditions;
    }

    List<Experiment> experiments() {
        return experiments;
    }

    List<Experiment> experiments(Guideline guideline) {
        return experiments.stream().filter(experiment -> experiment.guideline() == guideline).toList();
    }

    List<Engine> engines() {
        return experiments.get(0).engines();
    }

    List<NetworkResult> networks() {
        return networks;
    }

    List<String> failed() {
        return failed;
    }

    /** For each guideline and engine, a line that says where the guideline holds. */
    public List<String> findings() {
        return Stream.of(Guideline.values()).flatMap(guideline ->
                Findings.of(experiments(guideline)).stream().map(finding -> guideline + ", " + finding)).toList();
    }

    /**
     * Writes {@code report.html}, a self-contained page; {@code findings.md}, the same without charts; and the numbers
     * in {@code guidelines.csv} and {@code networks.csv}.
     *
     * @param folder created if it does not exist; files of these names are replaced
     * @return the files
     * @throws IOException if a file cannot be written
     */
    public List<Path> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Report report = new GuidelineReport(this).report();
        Path page = folder.resolve("report.html");
        report.write(page);
        return List.of(page, write(folder.resolve("findings.md"), report.markdown()),
                write(folder.resolve("guidelines.csv"), GuidelineTables.guidelinesCsv(experiments)),
                write(folder.resolve("networks.csv"), GuidelineTables.networksCsv(networks)));
    }

    private static Path write(Path file, String text) throws IOException {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        return file;
    }
}
