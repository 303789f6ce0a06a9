package io.github.shufflenet4j.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A matrix whose cells are the darker the larger they are. */
public final class HeatMap extends Chart {

    /** With more columns, cells are too small for numbers. */
    private static final int MAX_LABELLED_COLUMNS = 12;

    private final String rowLabel;
    private final List<String> rowNames;
    private final String columnLabel;
    private final List<String> columnNames;
    private final double[][] values;

    /**
     * A heat map.
     *
     * @param summary     the chart's text alternative
     * @param rowNames    from the top
     * @param columnNames from the left
     * @param values      at least 0: {@code [row][column]}
     * @throws IllegalArgumentException if the matrix is empty or does not have the shape of its names
     */
    public HeatMap(String title, String summary, String rowLabel, List<String> rowNames, String columnLabel,
                   List<String> columnNames, double[][] values) {
        super(title, summary);
        this.rowLabel = rowLabel;
        this.rowNames = List.copyOf(rowNames);
        this.columnLabel = columnLabel;
        this.columnNames = List.copyOf(columnNames);
        this.values = values;
        int width = columnNames.size();
        if (rowNames.isEmpty() || width == 0 || values.length != rowNames.size()
                || Arrays.stream(values).anyMatch(row -> row.length != width)) {
            throw invalid("must have " + rowNames.size() + " x " + width + " values, and at least one");
        }
    }

    @Override
    Table data() {
        Table table = new Table(title()).text(rowLabel + " / " + columnLabel);
        columnNames.forEach(table::number);
        for (int row = 0; row < values.length; row++) {
            List<Object> cells = new ArrayList<>(List.of(rowNames.get(row)));
            Arrays.stream(values[row]).forEach(cells::add);
            table.row(cells.toArray());
        }
        return table;
    }

    @Override
    Map<String, Object> option() {
        List<double[]> cells = new ArrayList<>();
        for (int row = 0; row < values.length; row++) {
            for (int column = 0; column < values[row].length; column++) {
                cells.add(new double[] {column, row, values[row][column]});
            }
        }
        double largest = Arrays.stream(values).flatMapToDouble(Arrays::stream).max().orElseThrow();
        boolean labelled = columnNames.size() <= MAX_LABELLED_COLUMNS;
        return Map.of("xAxis", axis(columnLabel, columnNames, false), "yAxis", axis(rowLabel, rowNames, true),
                "visualMap", Map.of("min", 0, "max", Math.max(largest, Double.MIN_NORMAL), "show", false),
                "series", List.of(Map.of("type", "heatmap", "name", title(), "data", cells,
                        "label", Map.of("show", labelled))),
                "tooltip", Map.of("trigger", "item"));
    }

    private static Map<String, Object> axis(String label, List<String> names, boolean fromTop) {
        return Map.of("type", "category", "name", label, "data", names, "inverse", fromTop,
                "axisLabel", Map.of("rotate", fromTop ? 0 : 45), "axisTick", Map.of("show", false));
    }

    @Override
    String size() {
        return "aspect-ratio:1;max-width:" + Math.min(64, 20 + 2 * columnNames.size()) + "rem";
    }
}
