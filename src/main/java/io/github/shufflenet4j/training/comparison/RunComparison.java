package io.github.shufflenet4j.training.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.lang3.StringUtils;

import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.report.XyChart;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.report.RunFacts;

/** Several runs side by side: results, what differs in what they were made of, and their curves. */
public final class RunComparison {

    private static final String MISSING = "\u2013";

    private final List<RunFolder> runs = new ArrayList<>();
    private final List<String> names;

    /**
     * Reads the runs.
     *
     * @param folders where they were written, at least one
     * @throws IOException if one of them is not the folder of a run, or cannot be read; the message names it
     */
    public RunComparison(List<Path> folders) throws IOException {
        for (Path folder : folders) {
            runs.add(RunFolder.read(folder));
        }
        List<String> last = folders.stream()
                .map(folder -> folder.toAbsolutePath().normalize().getFileName().toString()).toList();
        names = Set.copyOf(last).size() == last.size() ? last : folders.stream().map(Path::toString).toList();
    }

    /** The best validation of each run, with the file that holds its network. */
    public Table results() {
        Table table = new Table("Results").text("run").number("epochs").number("best top-1, %").number("top-5, %")
                .number("balanced, %").number("macro F1, %").number("loss").number("in epoch").text("file")
                .number("images/s").text("duration");
        for (int i = 0; i < runs.size(); i++) {
            RunFolder run = runs.get(i);
            Optional<RunFacts.Best> best = run.facts().flatMap(facts -> Optional.ofNullable(facts.best()));
            Optional<EvaluationResult> result = best.map(RunFacts.Best::result);
            table.row(names.get(i), run.ended(), decimals(2, result.map(EvaluationResult::top1)),
                    decimals(2, result.map(EvaluationResult::top5)),
                    decimals(2, result.map(EvaluationResult::balancedAccuracy)),
                    decimals(2, result.map(EvaluationResult::macroF1)),
                    decimals(4, result.map(EvaluationResult::loss)),
                    best.map(known -> Integer.toString(known.epoch())).orElse(MISSING),
                    best.map(RunFacts.Best::file).orElse(MISSING), decimals(1, speed(run)),
                    run.facts().map(facts -> facts.run().get(RunFacts.DURATION)).orElse(MISSING));
        }
        return table;
    }

    /** Mean over the epochs. */
    private static Optional<Double> speed(RunFolder run) {
        List<Double> speeds = run.epochs().stream().map(epoch -> epoch.get("images_per_second"))
                .filter(speed -> speed != null && !speed.isNaN()).toList();
        return speeds.isEmpty() ? Optional.empty()
                : Optional.of(speeds.stream().mapToDouble(speed -> speed).sum() / speeds.size());
    }

    private static String decimals(int number, Optional<Double> value) {
        return value.map(known -> String.format(Locale.ROOT, "%." + number + "f", known)).orElse(MISSING);
    }

    /**
     * What differs in recipe, data, seed and environment; empty if nothing does.
     *
     * @param width of the longest values, which are abbreviated to it
     */
    public Optional<Table> differences(int width) {
        Table table = new Table("Differences").text("of").text("what");
        names.forEach(table::text);
        boolean different = false;
        List<Map<String, Map<String, String>>> parts = runs.stream().map(RunFolder::parts).toList();
        for (String part : union(parts)) {
            List<Map<String, String>> settings =
                    parts.stream().map(run -> run.getOrDefault(part, Map.of())).toList();
            for (String name : union(settings)) {
                List<String> values = settings.stream().map(run -> run.getOrDefault(name, MISSING)).toList();
                if (Set.copyOf(values).size() > 1) {
                    different = true;
                    table.row(Stream.concat(Stream.of(part, name),
                            values.stream().map(value -> StringUtils.abbreviate(value, width))).toArray());
                }
            }
        }
        return different ? Optional.of(table) : Optional.empty();
    }

    private static Set<String> union(List<? extends Map<String, ?>> maps) {
        Set<String> keys = new LinkedHashSet<>();
        maps.forEach(map -> keys.addAll(map.keySet()));
        return keys;
    }

    /** The comparison as a page. */
    public Report page() {
        return new Report(String.join(", ", names))
                .section("Results", section -> section.table(results()))
                .section("Curves", this::curves)
                .section("Differences", section -> differences(Integer.MAX_VALUE).ifPresentOrElse(section::table,
                        () -> section.paragraph("Recipe, data, seed and environment are the same.")));
    }

    private void curves(Section section) {
        if (runs.stream().allMatch(run -> run.epochs().isEmpty())) {
            section.paragraph("No epoch is complete yet.");
            return;
        }
        section.chart(chart("Validation accuracy, top-1", Axis.linear("%").to(100), "top1", "averaged_top1"))
                .chart(chart("Validation loss", Axis.linear("loss"), "val_loss", "averaged_val_loss"))
                .chart(chart("Training loss", Axis.linear("loss"), "train_loss", ""))
                .chart(chart("Learning rate", Axis.linear("learning rate").from(0), "learning_rate", ""));
    }

    /** A metric of all runs, of the network and, if there is one, of the averaged network. */
    private XyChart chart(String title, Axis axis, String column, String averaged) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            lines.put(names.get(i), points(runs.get(i), column));
            lines.put(names.get(i) + ", averaged", points(runs.get(i), averaged));
        }
        lines.values().removeIf(List::isEmpty);
        XyChart chart = new XyChart(title, lines.entrySet().stream().map(line -> String.format(Locale.ROOT,
                "%s ends at %.4g.", line.getKey(), line.getValue().get(line.getValue().size() - 1).y()))
                .collect(Collectors.joining(" ")), Axis.linear("epoch"), axis);
        lines.forEach(chart::line);
        return chart;
    }

    private static List<Point> points(RunFolder run, String column) {
        return run.epochs().stream().filter(epoch -> epoch.containsKey(column))
                .map(epoch -> new Point(epoch.get("epoch"), epoch.get(column))).toList();
    }
}
