package io.github.shufflenet4j.guidelines;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.BarChart;
import io.github.shufflenet4j.report.BarChart.Bar;
import io.github.shufflenet4j.report.HtmlReport;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.XyChart;

/** The measurements as a page for a browser. */
final class GuidelinePage {

    private static final double MILLION = 1e6;

    private final Measurements measurements;

    private GuidelinePage(Measurements measurements) {
        this.measurements = measurements;
    }

    static HtmlReport of(Measurements measurements) {
        return new GuidelinePage(measurements).page();
    }

    private HtmlReport page() {
        HtmlReport.Builder page = HtmlReport.builder(GuidelineTexts.TITLE).subtitle(GuidelineTexts.INTRODUCTION)
                .section("Findings", section -> section
                        .table(GuidelineTables.verdicts(measurements))
                        .paragraph(Findings.TIMING).paragraph(Findings.RULES))
                .section("Machine and engines", section -> {
                    section.facts("Machine", measurements.machine());
                    Map<String, String> engines = new LinkedHashMap<>();
                    measurements.engines().forEach(engine -> engines.put(engine.name(), engine.explanation()));
                    section.facts("Engines", engines);
                });
        for (Guideline guideline : Guideline.values()) {
            page.section(guideline.label() + ": " + guideline.claim(), section -> guideline(guideline, section));
        }
        return page.section(GuidelineTexts.NETWORKS_HEADING, this::networks).build();
    }

    private void guideline(Guideline guideline, Section section) {
        List<Experiment.Result> results = measurements.results(guideline);
        section.paragraph(guideline.setting());
        new Findings(guideline, results).paragraphs().forEach(section::paragraph);
        for (Experiment.Result result : results) {
            section.heading(GuidelineTables.title(result)).chart(ratios(result))
                    .table(GuidelineTables.settings(result)).table(GuidelineTables.times(result));
        }
    }

    /** Times by that of the first row, with those of the paper and with memory access. */
    private BarChart ratios(Experiment.Result result) {
        Guideline guideline = result.guideline();
        int scale = result.experiment().scale();
        BarChart.Builder chart = BarChart.builder("Time by that of '" + guideline.rows().get(0).name() + "'")
                .summary("Time of each row by that of the first, by engine; whiskers hold half of the rounds")
                .categories(guideline.rows().stream().map(Guideline.Row::name).toList())
                .values(Axis.linear("relative").from(0));
        for (int i = 0; i < measurements.engines().size(); i++) {
            int engine = i;
            chart.bars(measurements.engines().get(engine).name(), bars(result, row -> {
                Quartiles ratio = result.ratio(engine, row, 0);
                return Bar.of(ratio.median(), ratio.lower(), ratio.upper());
            }));
        }
        return chart
                .bars("memory access", bars(result, row -> Bar.of((double) result.cost(0, row).memoryAccess()
                        / result.cost(0, 0).memoryAccess())))
                .bars("paper, ARM", bars(result, row ->
                        Bar.of(guideline.arm(0, scale) / guideline.arm(row, scale))))
                .build();
    }

    private static List<Bar> bars(Experiment.Result result, IntFunction<Bar> bar) {
        return IntStream.range(0, result.rows()).mapToObj(bar).toList();
    }

    private void networks(Section section) {
        Property macs = new Property("multiply-adds, M", true, network -> network.summary().macs() / MILLION);
        Property memory = new Property("memory access, M elements", true,
                network -> network.summary().total().memoryAccess() / MILLION);
        Property speed = new Property("images per second", true, network -> 1 / network.graph().median());
        Property time = new Property("ms", true, network -> 1e3 * network.graph().median());
        Property accuracy = new Property("published top-1 accuracy, %", false,
                network -> 100 - network.contender().top1Error().orElse(Double.NaN));
        section.paragraph(measurements.aboutNetworks());
        new NetworkFindings(measurements.networks()).paragraphs().forEach(section::paragraph);
        section.chart(byFamily("Speed and multiply-adds", macs, speed))
                .chart(byFamily("Accuracy and multiply-adds", macs, accuracy))
                .chart(byFamily("Accuracy and speed", speed, accuracy))
                .chart(byFamily("Time and memory access", memory, time))
                .table(GuidelineTables.networks(measurements.networks()));
    }

    /** Something that a network has, as an axis. */
    private record Property(String label, boolean logarithmic, ToDoubleFunction<NetworkSpeed> value) {

        private static final double MARGIN = 1.25;

        double of(NetworkSpeed network) {
            return value.applyAsDouble(network);
        }

        Axis axis(List<NetworkSpeed> networks) {
            DoubleSummaryStatistics range =
                    networks.stream().mapToDouble(this::of).filter(Double::isFinite).summaryStatistics();
            return logarithmic ? Axis.logarithmic(label).from(rounded(range.getMin() / MARGIN))
                    .to(rounded(range.getMax() * MARGIN)) : Axis.linear(label);
        }

        /** To two digits, so that the end of an axis can be read. */
        private static double rounded(double value) {
            return new BigDecimal(value).round(new MathContext(2)).doubleValue();
        }
    }

    private XyChart byFamily(String title, Property x, Property y) {
        Map<String, List<Point>> families = new LinkedHashMap<>();
        for (NetworkSpeed network : measurements.networks()) {
            if (!Double.isNaN(y.of(network))) {
                families.computeIfAbsent(network.contender().family(), family -> new ArrayList<>())
                        .add(Point.of(x.of(network), y.of(network)));
            }
        }
        XyChart.Builder chart = XyChart.builder(title)
                .summary("A point for each network, coloured by family; as DL4J's graph runs them")
                .x(x.axis(measurements.networks())).y(y.axis(measurements.networks()));
        families.forEach(chart::scatter);
        return chart.build();
    }
}
