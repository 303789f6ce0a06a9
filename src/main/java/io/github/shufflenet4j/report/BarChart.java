package io.github.shufflenet4j.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Bars for each of some categories, with error bars where there are errors.
 *
 * @param title      what it shows
 * @param summary    what is to be seen
 * @param categories what the bars are for, in order
 * @param values     the axis that the bars are long by
 * @param horizontal whether bars lie, which leaves room for long names of many categories
 * @param series     at least one, each with a bar for each category
 */
public record BarChart(String title, String summary, List<String> categories, Axis values, boolean horizontal,
                       List<Series> series) implements Chart {

    /**
     * A bar.
     *
     * @param value its end; NaN leaves it out
     * @param low   the lower end of the error bar; NaN for none
     * @param high  the upper end of the error bar; NaN for none
     */
    public record Bar(double value, double low, double high) {

        /** A bar without an error. */
        public static Bar of(double value) {
            return new Bar(value, Double.NaN, Double.NaN);
        }

        /** A bar with an error bar from {@code low} to {@code high}. */
        public static Bar of(double value, double low, double high) {
            return new Bar(value, low, high);
        }

        private boolean hasError() {
            return Double.isFinite(low) && Double.isFinite(high);
        }
    }

    /**
     * Bars of one colour.
     *
     * @param name in the legend
     * @param bars one for each category
     */
    public record Series(String name, List<Bar> bars) {

        /** Copies the bars. */
        public Series {
            Objects.requireNonNull(name, "name");
            bars = List.copyOf(bars);
        }

        private boolean hasErrors() {
            return bars.stream().anyMatch(Bar::hasError);
        }
    }

    /** @throws IllegalArgumentException if nothing is to be shown, or a series has other bars than categories */
    public BarChart {
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(values, "values");
        categories = List.copyOf(categories);
        series = List.copyOf(series);
        if (series.isEmpty() || categories.isEmpty()) {
            throw new IllegalArgumentException("chart '" + title + "' shows nothing");
        }
        for (Series one : series) {
            if (one.bars().size() != categories.size()) {
                throw new IllegalArgumentException("chart '" + title + "' has " + categories.size()
                        + " categories, but '" + one.name() + "' " + one.bars().size() + " bars");
            }
        }
    }

    /** An empty chart of standing bars, from 0. */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    /** Categories, axis and series. */
    public static final class Builder {

        private final String title;
        private final List<Series> series = new ArrayList<>();
        private String summary;
        private List<String> categories = List.of();
        private Axis values = Axis.linear("").from(0);
        private boolean horizontal;

        private Builder(String title) {
            this.title = Objects.requireNonNull(title, "title");
            this.summary = title;
        }

        /** What is to be seen, in a sentence. Default: the title. */
        public Builder summary(String text) {
            summary = text;
            return this;
        }

        /** What the bars are for, in order. */
        public Builder categories(List<String> names) {
            categories = names;
            return this;
        }

        /** The axis of the bars' values. Default: linear, from 0. */
        public Builder values(Axis axis) {
            values = axis;
            return this;
        }

        /** Lets the bars lie, the first category at the top. */
        public Builder horizontal() {
            horizontal = true;
            return this;
        }

        /** Bars of one colour, one for each category. */
        public Builder bars(String name, List<Bar> bars) {
            series.add(new Series(name, bars));
            return this;
        }

        /** The chart. */
        public BarChart build() {
            return new BarChart(title, summary, categories, values, horizontal, series);
        }
    }

    @Override
    public Table data() {
        Table.Builder table = Table.builder(title).text("");
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
        return table.build();
    }

    @Override
    public Map<String, Object> option() {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("type", "category");
        names.put("data", categories);
        names.put("inverse", horizontal);
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("xAxis", horizontal ? values.option() : names);
        option.put("yAxis", horizontal ? names : values.option());
        List<Object> drawn = new ArrayList<>();
        series.forEach(one -> drawn.add(Map.of("type", "bar", "name", one.name(),
                "data", one.bars().stream().map(bar -> values.place(bar.value())).toList())));
        for (int index = 0; index < series.size(); index++) {
            if (series.get(index).hasErrors()) {
                drawn.add(errorBars(index));
            }
        }
        option.put("series", drawn);
        option.put("tooltip", Map.of("trigger", "axis", "axisPointer", Map.of("type", "shadow")));
        return option;
    }

    /** What {@code report.js} draws error bars from: category, low, high; and which of the bars they stand on. */
    private Map<String, Object> errorBars(int index) {
        List<double[]> errors = new ArrayList<>();
        for (int category = 0; category < categories.size(); category++) {
            Bar bar = series.get(index).bars().get(category);
            if (bar.hasError() && !Double.isNaN(values.place(bar.low()))) {
                errors.add(horizontal ? new double[] {bar.low(), category, bar.high()}
                        : new double[] {category, bar.low(), bar.high()});
            }
        }
        return Map.of("type", "custom", "name", series.get(index).name(), "data", errors,
                "encode", horizontal ? Map.of("x", List.of(0, 2), "y", 1) : Map.of("x", 0, "y", List.of(1, 2)),
                "errorBars", Map.of("of", index, "among", series.size(), "horizontal", horizontal));
    }

    @Override
    public String size() {
        return horizontal ? "height:" + (5 + 1.4 * categories.size() * series.size()) + "rem" : Chart.super.size();
    }
}
