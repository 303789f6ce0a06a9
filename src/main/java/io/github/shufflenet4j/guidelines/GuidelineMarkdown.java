package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.stream.Collectors;

import io.github.shufflenet4j.report.Table;

/** The measurements as Markdown. */
final class GuidelineMarkdown {

    private final StringBuilder text = new StringBuilder();

    private GuidelineMarkdown() {
    }

    static String of(Measurements measurements) {
        GuidelineMarkdown page = new GuidelineMarkdown();
        page.heading(1, GuidelineTexts.TITLE);
        page.paragraph(GuidelineTexts.INTRODUCTION);
        page.items(measurements.machine().entrySet().stream()
                .map(fact -> fact.getKey() + ": " + fact.getValue()).toList());
        page.table(GuidelineTables.verdicts(measurements));
        page.paragraph(Findings.TIMING);
        page.paragraph(Findings.RULES);
        page.items(measurements.engines().stream()
                .map(engine -> engine.name() + ": " + engine.explanation()).toList());
        for (Guideline guideline : Guideline.values()) {
            List<Experiment.Result> results = measurements.results(guideline);
            page.heading(2, guideline.label() + ": " + guideline.claim());
            page.paragraph(guideline.setting());
            page.items(new Findings(guideline, results).paragraphs());
            for (Experiment.Result result : results) {
                page.table(GuidelineTables.settings(result));
                page.table(GuidelineTables.times(result));
            }
        }
        page.heading(2, GuidelineTexts.NETWORKS_HEADING);
        page.paragraph(measurements.aboutNetworks());
        page.items(new NetworkFindings(measurements.networks()).paragraphs());
        page.table(GuidelineTables.networks(measurements.networks()));
        return page.text.toString().strip() + "\n";
    }

    private void heading(int level, String heading) {
        text.append("\n").append("#".repeat(level)).append(' ').append(heading).append("\n");
    }

    private void paragraph(String paragraph) {
        text.append("\n").append(paragraph).append("\n");
    }

    private void items(List<String> items) {
        text.append("\n");
        items.forEach(item -> text.append("- ").append(item).append("\n"));
    }

    private void table(Table table) {
        text.append("\n").append(table.caption()).append(":\n\n")
                .append(line(table.columns().stream().map(Table.Column::heading).toList()))
                .append(line(table.columns().stream().map(column -> column.numbers() ? "---:" : "---").toList()));
        table.rows().forEach(row -> text.append(line(row)));
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
