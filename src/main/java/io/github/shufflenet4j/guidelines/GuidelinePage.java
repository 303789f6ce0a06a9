package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
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
        ToDoubleFunction<NetworkSpeed> macs = network -> network.summary().macs() / MILLION;
        ToDoubleFunction<NetworkSpeed> speed = network -> 1 / network.graph().median();
        ToDoubleFunction<NetworkSpeed> accuracy =
                network -> 100 - network.contender().top1Error().orElse(Double.NaN);
        ToDoubleFunction<NetworkSpeed> memory = network -> network.summary().total().memoryAccess() / MILLION;
        Axis perSecond = Axis.logarithmic("images per second");
        section.paragraph(measurements.aboutNetworks());
        new NetworkFindings(measurements.networks()).paragraphs().forEach(section::paragraph);
        section.chart(byFamily("Speed and multiply-adds", Axis.logarithmic("multiply-adds, M"), perSecond, macs, speed))
                .chart(byFamily("Accuracy and multiply-adds", Axis.logarithmic("multiply-adds, M"),
                        Axis.linear("published top-1 accuracy, %"), macs, accuracy))
                .chart(byFamily("Accuracy and speed", perSecond, Axis.linear("published top-1 accuracy, %"), speed,
                        accuracy))
                .chart(byFamily("Time and memory access", Axis.logarithmic("memory access, M elements"),
                        Axis.logarithmic("ms"), memory, network -> 1e3 * network.graph().median()))
                .table(GuidelineTables.networks(measurements.networks()));
    }

    private XyChart byFamily(String title, Axis x, Axis y, ToDoubleFunction<NetworkSpeed> xOf,
                             ToDoubleFunction<NetworkSpeed> yOf) {
        Map<String, List<Point>> families = new LinkedHashMap<>();
        for (NetworkSpeed network : measurements.networks()) {
            if (!Double.isNaN(yOf.applyAsDouble(network))) {
                families.computeIfAbsent(network.contender().family(), family -> new ArrayList<>())
                        .add(Point.of(xOf.applyAsDouble(network), yOf.applyAsDouble(network)));
            }
        }
        XyChart.Builder chart = XyChart.builder(title)
                .summary("A point for each network, joined by family; as DL4J's graph runs them").x(x).y(y);
        families.forEach(chart::line);
        return chart.build();
    }
}
