package io.github.shufflenet4j.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lines and points over one horizontal and one or two vertical axes, each of them linear or logarithmic.
 *
 * @param title   what it shows
 * @param summary what is to be seen
 * @param x       the horizontal axis
 * @param y       the vertical axis
 * @param right   a second one on the right, if there is one
 * @param series  at least one
 */
public record XyChart(String title, String summary, Axis x, Axis y, Optional<Axis> right, List<Series> series)
        implements Chart {

    /**
     * Points that belong together.
     *
     * @param name   in the legend
     * @param points in the order of the line
     * @param line   whether a line joins them
     * @param right  whether the vertical axis on the right is theirs
     */
    public record Series(String name, List<Point> points, boolean line, boolean right) {

        /** Copies the points. */
        public Series {
            Objects.requireNonNull(name, "name");
            points = List.copyOf(points);
        }

        private boolean isFunction() {
            return points.stream().allMatch(point -> point.label().isEmpty())
                    && points.stream().mapToDouble(Point::x).distinct().count() == points.size();
        }
    }

    /** @throws IllegalArgumentException if nothing is to be shown, or on a right axis that there is not */
    public XyChart {
        Objects.requireNonNull(summary, "summary");
        series = List.copyOf(series);
        if (series.isEmpty()) {
            throw new IllegalArgumentException("chart '" + title + "' shows nothing");
        }
        if (right.isEmpty() && series.stream().anyMatch(Series::right)) {
            throw new IllegalArgumentException("chart '" + title + "' has no axis on the right");
        }
    }

    /** An empty chart with linear axes that have no labels. */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    /** Axes and series. */
    public static final class Builder {

        private final String title;
        private final List<Series> series = new ArrayList<>();
        private String summary;
        private Axis x = Axis.linear("");
        private Axis y = Axis.linear("");
        private Axis right;

        private Builder(String title) {
            this.title = Objects.requireNonNull(title, "title");
            this.summary = title;
        }

        /** What is to be seen, in a sentence. Default: the title. */
        public Builder summary(String text) {
            summary = text;
            return this;
        }

        /** The horizontal axis. */
        public Builder x(Axis axis) {
            x = axis;
            return this;
        }

        /** The vertical axis. */
        public Builder y(Axis axis) {
            y = axis;
            return this;
        }

        /** A second vertical axis, on the right. */
        public Builder right(Axis axis) {
            right = axis;
            return this;
        }

        /** A line. */
        public Builder line(String name, List<Point> points) {
            series.add(new Series(name, points, true, false));
            return this;
        }

        /** A line on the right axis. */
        public Builder lineOnRight(String name, List<Point> points) {
            series.add(new Series(name, points, true, true));
            return this;
        }

        /** Points without a line. */
        public Builder scatter(String name, List<Point> points) {
            series.add(new Series(name, points, false, false));
            return this;
        }

        /** The chart. */
        public XyChart build() {
            return new XyChart(title, summary, x, y, Optional.ofNullable(right), series);
        }
    }

    @Override
    public Table data() {
        return series.stream().allMatch(Series::isFunction) ? byX() : byPoint();
    }

    private Table byX() {
        Table.Builder table = Table.builder(title).number(x.label());
        Map<Double, Object[]> rows = new TreeMap<>();
        for (int index = 0; index < series.size(); index++) {
            table.number(series.get(index).name());
            for (Point point : series.get(index).points()) {
                rows.computeIfAbsent(point.x(), at -> emptyRow(at))[index + 1] = point.y();
            }
        }
        rows.values().forEach(table::row);
        return table.build();
    }

    private Object[] emptyRow(double at) {
        Object[] row = new Object[series.size() + 1];
        Arrays.fill(row, "");
        row[0] = at;
        return row;
    }

    private Table byPoint() {
        Table.Builder table = Table.builder(title).text("series").text("point").number(x.label()).number(y.label());
        for (Series one : series) {
            one.points().forEach(point -> table.row(one.name(), point.label(), point.x(), point.y()));
        }
        return table.build();
    }

    @Override
    public Map<String, Object> option() {
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("xAxis", x.option());
        List<Object> vertical = new ArrayList<>(List.of(y.option()));
        right.ifPresent(axis -> vertical.add(axis.option()));
        option.put("yAxis", vertical);
        option.put("series", series.stream().map(this::option).toList());
        option.put("tooltip", Map.of("trigger", series.stream().allMatch(Series::line) ? "axis" : "item"));
        return option;
    }

    private Map<String, Object> option(Series series) {
        Axis vertical = series.right() ? right.orElseThrow() : y;
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("type", series.line() ? "line" : "scatter");
        option.put("name", series.name());
        option.put("yAxisIndex", series.right() ? 1 : 0);
        option.put("data", series.points().stream().map(point -> option(point, vertical)).toList());
        return option;
    }

    private Map<String, Object> option(Point point, Axis vertical) {
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("value", new double[] {x.place(point.x()), vertical.place(point.y())});
        if (!point.label().isEmpty()) {
            option.put("name", point.label());
            option.put("label", Map.of("show", true));
        }
        return option;
    }
}
