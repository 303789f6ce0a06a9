package io.github.shufflenet4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Groups of bars with optional error bars. */
public final class BarChart extends Chart {

    private final List<String> categories;
    private final Axis values;
    private final List<Series> series = new ArrayList<>();

    /**
     * A bar.
     *
     * @param value its end; NaN for no bar
     * @param low   the lower end of the error bar; NaN for none
     * @param high  the upper end of the error bar; NaN for none
     */
    public record Bar(double value, double low, double high) {

        /** A bar without an error bar. */
        public Bar(double value) {
            this(value, Double.NaN, Double.NaN);
        }

        private boolean hasError() {
            return Double.isFinite(low) && Double.isFinite(high);
        }
    }

    private record Series(String name, List<Bar> bars) {

        boolean hasErrors() {
            return bars.stream().anyMatch(Bar::hasError);
        }
    }

    /**
     * A chart without bars.
     *
     * @param summary    the chart's text alternative
     * @param categories at least one
     * @param values     the axis of the bars' values
     */
    public BarChart(String title, String summary, List<String> categories, Axis values) {
        super(title, summary);
        this.categories = List.copyOf(categories);
        this.values = Objects.requireNonNull(values, "values");
        if (categories.isEmpty()) {
            throw invalid("has no categories");
        }
    }

    /**
     * Adds bars of one colour.
     *
     * @param name in the legend
     * @param bars one for each category
     */
    public BarChart bars(String name, List<Bar> bars) {
        if (bars.size() != categories.size()) {
            throw invalid("has " + categories.size() + " categories, but '" + name + "' " + bars.size() + " bars");
        }
        series.add(new Series(name, List.copyOf(bars)));
        return this;
    }

    @Override
    Table data() {
        Table table = new Table(title()).text("");
        for (Series one : series) {
            table.number(one.name());
            if (one.hasErrors()) {
                table.number("from").number("to");
            }
        }
        for (int category = 0; category < categories.size(); category++) {
            List<Object> row = new ArrayList<>(List.of(categories.get(category)));
            for (Series one : series) {
                Bar bar = one.bars().get(category);
                row.add(bar.value());
                if (one.hasErrors()) {
                    row.addAll(List.of(bar.low(), bar.high()));
                }
            }
            table.row(row.toArray());
        }
        return table;
    }

    @Override
    Map<String, Object> option() {
        if (series.isEmpty()) {
            throw invalid("shows nothing");
        }
        List<Object> drawn = new ArrayList<>();
        series.forEach(one -> drawn.add(Map.of("type", "bar", "name", one.name(),
                "data", one.bars().stream().map(bar -> values.plotted(bar.value())).toList())));
        for (int index = 0; index < series.size(); index++) {
            if (series.get(index).hasErrors()) {
                drawn.add(errorBars(index));
            }
        }
        return Map.of("xAxis", Map.of("type", "category", "data", categories), "yAxis", values.option(),
                "series", drawn, "tooltip", Map.of("trigger", "axis", "axisPointer", Map.of("type", "shadow")));
    }

    /** Input of {@code errorBar} in report.js: category, low and high of each error bar, and the bars it belongs to. */
    private Map<String, Object> errorBars(int index) {
        List<double[]> errors = new ArrayList<>();
        for (int category = 0; category < categories.size(); category++) {
            Bar bar = series.get(index).bars().get(category);
            if (bar.hasError() && !Double.isNaN(values.plotted(bar.low()))) {
                errors.add(new double[] {category, bar.low(), bar.high()});
            }
        }
        return Map.of("type", "custom", "name", series.get(index).name(), "data", errors,
                "encode", Map.of("x", 0, "y", List.of(1, 2)),
                "errorBars", Map.of("of", index, "among", series.size()));
    }
}
