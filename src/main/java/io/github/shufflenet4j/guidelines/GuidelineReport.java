package io.github.shufflenet4j.guidelines;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.shufflenet4j.guidelines.Timings.Quartiles;
import io.github.shufflenet4j.guidelines.reuse.ReuseReport;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.DenseNet;
import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.BarChart;
import io.github.shufflenet4j.report.BarChart.Bar;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.XyChart;

/** The results of a {@link GuidelineBenchmark} in words, tables and charts. */
public final class GuidelineReport {

    private static final double MILLION = 1e6;

    private static final String INTRODUCTION = "The experiments of tables 1 to 4 and 8 of \"ShuffleNet V2: Practical"
            + " Guidelines for Efficient CNN Architecture Design\" (Ma, Zhang, Zheng and Sun, 2018) on this machine:"
            + " one image at a time, single precision, random weights, the channels of the paper's ARM columns.";

    private static final String TIMING = "All rows of an experiment are timed on all engines in rounds of random order,"
            + " after a warm-up, and compared within the rounds. The time in a round is the least of several runs; on"
            + " one thread, it is the thread's processor time, which excludes other processes. Every few rounds, the"
            + " networks are created anew, as their place in memory has an influence on their speed.";

    private static final String RULES = "One row is faster than another if it was so in at least three of four rounds,"
            + " and by at least " + Timings.MIN_DIFFERENCE_PERCENT + " % in the median; all else is a tie, and tied"
            + " rows share a rank. A guideline names pairs of rows of which one is faster. It holds if more than half"
            + " of its pairs are in that order and none in the opposite order, holds in part if more are in that order"
            + " than in the opposite order, shows no effect if all are tied, and does not hold otherwise. In brackets:"
            + " the quartiles; the factor on memory access; and the factor on multiply-adds, for engines that pad"
            + " channels to whole vectors.";

    private static final String NETWORKS = "One image at a time. 'Graph' is the time of DL4J's ComputationGraph.output,"
            + " which runs all networks; 'plan' that of this library's fused plan, for networks that it can run."
            + " Errors are published figures. Memory access is counted in elements.";

    /** The networks at the paper's x1.0 that reuse features. */
    private static final List<Architecture> REUSE = List.of(ShuffleNetV2Variant.X1_0, DenseNet.SMALL_142M);

    private final GuidelineResults results;

    GuidelineReport(GuidelineResults results) {
        this.results = results;
    }

    /** For each guideline and engine, a line that says where the guideline holds. */
    public List<String> findings() {
        return Stream.of(Guideline.values()).flatMap(guideline -> Findings.of(results.experiments(guideline)).stream()
                .map(finding -> guideline + ", " + finding)).toList();
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
        Report report = report();
        return List.of(write(folder.resolve("report.html"), report.html()),
                write(folder.resolve("findings.md"), report.markdown()),
                write(folder.resolve("guidelines.csv"), GuidelineTables.guidelinesCsv(results.experiments())),
                write(folder.resolve("networks.csv"), GuidelineTables.networksCsv(results.networks())));
    }

    private static Path write(Path file, String text) throws IOException {
        AtomicFile.writeText(file, text);
        return file;
    }

    private Report report() {
        Map<String, String> engines = new LinkedHashMap<>();
        results.engines().forEach(engine -> engines.put(engine.name(), engine.description()));
        Report report = new Report("The guidelines of ShuffleNet V2, measured").subtitle(INTRODUCTION)
                .section("Findings", section -> section.table(GuidelineTables.verdicts(results)).paragraph(TIMING)
                        .paragraph(RULES))
                .section("Machine and engines", section -> section.facts("Machine", results.conditions())
                        .facts("Engines", engines));
        for (Guideline guideline : Guideline.values()) {
            report.section(guideline + ": " + guideline.claim(), section -> guideline(guideline, section));
        }
        return report.section("Table 8: networks", this::networks)
                .section("Figure 4: feature reuse", new ReuseReport(REUSE.stream().map(ReuseReport::of)
                        .flatMap(List::stream).toList())::addTo);
    }

    private void guideline(Guideline guideline, Section section) {
        section.paragraph(guideline.setting());
        Findings.of(results.experiments(guideline)).forEach(section::paragraph);
        for (Experiment experiment : results.experiments(guideline)) {
            section.heading(experiment.name()).chart(ratios(experiment)).table(GuidelineTables.settings(experiment))
                    .table(GuidelineTables.times(experiment));
        }
    }

    /** Times relative to the first row, with those of the paper and with memory access. */
    private BarChart ratios(Experiment experiment) {
        Guideline guideline = experiment.guideline();
        int scale = experiment.scale();
        BarChart chart = new BarChart("Time relative to '" + guideline.row(0) + "'",
                "Time of each row relative to the first, by engine; error bars are quartiles",
                guideline.rows().stream().map(Guideline.Row::name).toList(), Axis.linear("relative").from(0));
        for (int i = 0; i < results.engines().size(); i++) {
            int engine = i;
            chart.bars(results.engines().get(engine).name(), bars(experiment, row -> {
                Quartiles ratio = experiment.ratio(engine, row, 0);
                return new Bar(ratio.median(), ratio.lower(), ratio.upper());
            }));
        }
        return chart.bars("memory access", bars(experiment, row -> new Bar(
                        (double) experiment.cost(0, row).memoryAccess() / experiment.cost(0, 0).memoryAccess())))
                .bars("paper, ARM", bars(experiment, row ->
                        new Bar(guideline.arm(0, scale) / guideline.arm(row, scale))));
    }

    private static List<Bar> bars(Experiment experiment, IntFunction<Bar> bar) {
        return IntStream.range(0, experiment.rows()).mapToObj(bar).toList();
    }

    private void networks(Section section) {
        Property macs = new Property("multiply-adds, M", true, network -> network.summary().macs() / MILLION);
        Property memory = new Property("memory access, M elements", true,
                network -> network.memoryAccess() / MILLION);
        Property speed = new Property("images per second", true, network -> 1 / network.graph().median());
        Property time = new Property("ms", true, network -> network.graph().millis().median());
        Property accuracy = new Property("published top-1 accuracy, %", false,
                network -> 100 - network.top1Error().orElse(Double.NaN));
        section.paragraph(NETWORKS + (results.failed().isEmpty() ? ""
                : " Left out, as they do not run here: " + String.join("; ", results.failed()) + "."));
        Findings.ofNetworks(results.networks()).forEach(section::paragraph);
        section.chart(byFamily("Speed and multiply-adds", macs, speed))
                .chart(byFamily("Accuracy and multiply-adds", macs, accuracy))
                .chart(byFamily("Accuracy and speed", speed, accuracy))
                .chart(byFamily("Time and memory access", memory, time))
                .table(GuidelineTables.networks(results.networks()));
    }

    /** A property of networks, as an axis. */
    private record Property(String label, boolean logarithmic, ToDoubleFunction<NetworkResult> value) {

        private static final double MARGIN = 1.25;

        double of(NetworkResult network) {
            return value.applyAsDouble(network);
        }

        Axis axis(List<NetworkResult> networks) {
            DoubleSummaryStatistics range =
                    networks.stream().mapToDouble(this::of).filter(Double::isFinite).summaryStatistics();
            return logarithmic ? Axis.logarithmic(label).from(rounded(range.getMin() / MARGIN))
                    .to(rounded(range.getMax() * MARGIN)) : Axis.linear(label);
        }

        /** To two digits, for a readable axis. */
        private static double rounded(double value) {
            return new BigDecimal(value).round(new MathContext(2)).doubleValue();
        }
    }

    private XyChart byFamily(String title, Property x, Property y) {
        Map<String, List<Point>> families = new LinkedHashMap<>();
        for (NetworkResult network : results.networks()) {
            if (!Double.isNaN(y.of(network))) {
                families.computeIfAbsent(network.family(), family -> new ArrayList<>())
                        .add(new Point(x.of(network), y.of(network)));
            }
        }
        XyChart chart = new XyChart(title, "A point for each network, coloured by family; times of DL4J's graph",
                x.axis(results.networks()), y.axis(results.networks()));
        families.forEach(chart::scatter);
        return chart;
    }
}
