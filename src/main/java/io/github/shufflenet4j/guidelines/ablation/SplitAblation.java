package io.github.shufflenet4j.guidelines.ablation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.shufflenet4j.guidelines.NetworkSpeed;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.model.comparison.ShuffleNetV2Split;
import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.BarChart;
import io.github.shufflenet4j.report.BarChart.Bar;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;

/**
 * Accuracy and speed of ShuffleNet V2 x0.5 by the share of channels that its units let pass.
 *
 * @param conditions of the training and the machine, by name
 * @param rows       one for each share
 */
public record SplitAblation(Map<String, String> conditions, List<Row> rows) {

    private static final String INTRODUCTION = "ShuffleNet V2 x0.5 whose units let none, a quarter, half (as published)"
            + " or three quarters of their channels pass, with as many channels as make x0.5's multiply-adds.";

    private static final String METHOD = "Networks are trained from random weights, several times each, on small"
            + " drawings: a ranking here need not hold on ImageNet. Error bars are the range over the seeds, and the"
            + " quartiles of the times of one image at 224x224 in DL4J's graph.";

    private static final double MILLION = 1e6;

    public SplitAblation {
        rows = List.copyOf(rows);
    }

    /**
     * A share.
     *
     * @param split what passes
     * @param top1  accuracy in percent, one for each seed
     * @param speed of the network
     */
    public record Row(ShuffleNetV2Split split, List<Double> top1, NetworkSpeed speed) {

        public Row {
            top1 = List.copyOf(top1);
        }

        DoubleSummaryStatistics accuracy() {
            return top1.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        }

        String label() {
            return format("%.0f %%", 100 * split.share());
        }
    }

    /**
     * Writes {@code ablation.html}, a self-contained page; {@code ablation.md}, the same without charts; and the
     * numbers in {@code ablation.csv}.
     *
     * @param folder created if it does not exist; files of these names are replaced
     * @return the files
     * @throws IOException if a file cannot be written
     */
    public List<Path> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Report report = new Report("The channel split of ShuffleNet V2, varied").subtitle(INTRODUCTION)
                .section("Results", this::results)
                .section("Conditions", section -> section.facts("Training and machine", conditions));
        return List.of(write(folder.resolve("ablation.html"), report.html()),
                write(folder.resolve("ablation.md"), report.markdown()),
                write(folder.resolve("ablation.csv"), csv()));
    }

    private static Path write(Path file, String text) throws IOException {
        AtomicFile.writeText(file, text);
        return file;
    }

    /** The results as text, aligned. */
    public String table() {
        return resultsTable().toText();
    }

    private void results(Section section) {
        List<String> shares = rows.stream().map(Row::label).toList();
        section.paragraph(METHOD)
                .chart(new BarChart("Accuracy by share of channels that pass", "Mean top-1 accuracy over the seeds",
                        shares, Axis.linear("top-1 accuracy, %").from(0).to(100))
                        .bars("accuracy", rows.stream().map(row -> new Bar(row.accuracy().getAverage(),
                                row.accuracy().getMin(), row.accuracy().getMax())).toList()))
                .chart(new BarChart("Time of an image by share of channels that pass", "Median time in milliseconds",
                        shares, Axis.linear("ms").from(0))
                        .bars("time", rows.stream().map(row -> new Bar(row.speed().millis(),
                                row.speed().lowerQuartile(), row.speed().upperQuartile())).toList()))
                .table(resultsTable());
    }

    private Table resultsTable() {
        Table table = new Table("Accuracy and speed").text("share that passes").number("channels of stage 2")
                .number("multiply-adds, M").number("parameters, M").number("top-1, %").number("by seed")
                .number("ms").number("quartiles");
        for (Row row : rows) {
            NetworkSpeed speed = row.speed();
            table.row(row.label(), row.split().stage2Channels(), format("%.2f", speed.summary().macs() / MILLION),
                    format("%.2f", speed.summary().parameters() / MILLION),
                    format("%.2f", row.accuracy().getAverage()),
                    row.top1().stream().map(top1 -> format("%.2f", top1)).collect(Collectors.joining(", ")),
                    format("%.2f", speed.millis()),
                    format("%.2f to %.2f", speed.lowerQuartile(), speed.upperQuartile()));
        }
        return table;
    }

    private String csv() {
        Table table = new Table("").number("share").text("network").number("stage2_channels").number("macs")
                .number("parameters").number("seed").number("top1").number("median_ms").number("lower_quartile_ms")
                .number("upper_quartile_ms");
        for (Row row : rows) {
            NetworkSpeed speed = row.speed();
            for (int seed = 0; seed < row.top1().size(); seed++) {
                table.row(format("%.2f", row.split().share()), row.split().networkName(),
                        row.split().stage2Channels(), speed.summary().macs(), speed.summary().parameters(), seed + 1,
                        format("%.2f", row.top1().get(seed)), format("%.5g", speed.millis()),
                        format("%.5g", speed.lowerQuartile()), format("%.5g", speed.upperQuartile()));
            }
        }
        return table.toCsv();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
