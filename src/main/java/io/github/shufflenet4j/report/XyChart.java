package io.github.shufflenet4j.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Lines and points over one horizontal and one or two vertical axes. */
public final class XyChart extends Chart {

    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();
    private Axis right;

    private record Series(String name, List<Point> points, boolean line, boolean right) {

        boolean isFunction() {
            return points.stream().allMatch(point -> point.label().isEmpty())
                    && points.stream().mapToDouble(Point::x).distinct().count() == points.size();
        }
    }

    /**
     * A chart without series.
     *
     * @param summary the chart's text alternative
     */
    public XyChart(String title, String summary, Axis x, Axis y) {
        super(title, summary);
        this.x = Objects.requireNonNull(x, "x");
        this.y = Objects.requireNonNull(y, "y");
    }

    /** Adds a second vertical axis, on the right. */
    public XyChart right(Axis axis) {
        right = axis;
        return this;
    }

    /** Adds a line. */
    public XyChart line(String name, List<Point> points) {
        return add(new Series(name, List.copyOf(points), true, false));
    }

    /** Adds a line on the right axis, which the chart must have by now. */
    public XyChart lineOnRight(String name, List<Point> points) {
        if (right == null) {
            throw invalid("has no axis on the right");
        }
        return add(new Series(name, List.copyOf(points), true, true));
    }

    /** Adds points without a line. */
    public XyChart scatter(String name, List<Point> points) {
        return add(new Series(name, List.copyOf(points), false, false));
    }

    private XyChart add(Series added) {
        series.add(added);
        return this;
    }

    @Override
    Table data() {
        return series.stream().allMatch(Series::isFunction) ? byX() : byPoint();
    }

    private Table byX() {
        Table table = new Table(title()).number(x.label());
        Map<Double, Object[]> rows = new TreeMap<>();
        for (int index = 0; index < series.size(); index++) {
            table.number(series.get(index).name());
            for (Point point : series.get(index).points()) {
                rows.computeIfAbsent(point.x(), this::emptyRow)[index + 1] = point.y();
            }
        }
        rows.values().forEach(table::row);
        return table;
    }

    private Object[] emptyRow(double x) {
        Object[] row = new Object[series.size() + 1];
        Arrays.fill(row, "");
        row[0] = x;
        return row;
    }

    private Table byPoint() {
        Table table = new Table(title()).text("series").text("point").number(x.label()).number(y.label());
        for (Series one : series) {
            one.points().forEach(point -> table.row(one.name(), point.label(), point.x(), point.y()));
        }
        return table;
    }

    @Override
    Map<String, Object> option() {
        if (series.isEmpty()) {
            throw invalid("shows nothing");
        }
        return Map.of("xAxis", x.option(),
                "yAxis", right == null ? List.of(y.option()) : List.of(y.option(), right.option()),
                "series", series.stream().map(this::option).toList(),
                "tooltip", Map.of("trigger", series.stream().allMatch(Series::line) ? "axis" : "item"));
    }

    private Map<String, Object> option(Series series) {
        Axis vertical = series.right() ? right : y;
        return Map.of("type", series.line() ? "line" : "scatter", "name", series.name(),
                "yAxisIndex", series.right() ? 1 : 0,
                "data", series.points().stream().map(point -> option(point, vertical)).toList());
    }

    private Map<String, Object> option(Point point, Axis vertical) {
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("value", new double[] {x.plotted(point.x()), vertical.plotted(point.y())});
        if (!point.label().isEmpty()) {
            option.put("name", point.label());
            option.put("label", Map.of("show", true));
        }
        return option;
    }
}
