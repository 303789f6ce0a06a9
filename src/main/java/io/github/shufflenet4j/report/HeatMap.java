package io.github.shufflenet4j.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A matrix whose cells are the darker the larger they are.
 *
 * @param title       what it shows
 * @param summary     what is to be seen
 * @param rowLabel    what its rows are
 * @param rowNames    their names, from the top
 * @param columnLabel what its columns are
 * @param columnNames their names, from the left
 * @param values      at least 0: {@code [row][column]}
 */
public record HeatMap(String title, String summary, String rowLabel, List<String> rowNames, String columnLabel,
                      List<String> columnNames, double[][] values) implements Chart {

    /** Of more columns the cells are too small to write into. */
    private static final int LABELLED = 12;

    /** @throws IllegalArgumentException if the matrix is empty or of another shape than its names say */
    public HeatMap {
        Objects.requireNonNull(summary, "summary");
        rowNames = List.copyOf(rowNames);
        columnNames = List.copyOf(columnNames);
        int width = columnNames.size();
        if (rowNames.isEmpty() || width == 0 || values.length != rowNames.size()
                || Arrays.stream(values).anyMatch(row -> row.length != width)) {
            throw new IllegalArgumentException("chart '" + title + "' must have " + rowNames.size() + " x " + width
                    + " values, and at least one");
        }
    }

    /** A heat map whose summary is its title. */
    public static HeatMap of(String title, String rowLabel, List<String> rowNames, String columnLabel,
                             List<String> columnNames, double[][] values) {
        return new HeatMap(title, title, rowLabel, rowNames, columnLabel, columnNames, values);
    }

    @Override
    public Table data() {
        Table.Builder table = Table.builder(title).text(rowLabel + " / " + columnLabel);
        columnNames.forEach(table::number);
        for (int row = 0; row < values.length; row++) {
            List<Object> cells = new ArrayList<>(List.of(rowNames.get(row)));
            Arrays.stream(values[row]).forEach(cells::add);
            table.row(cells.toArray());
        }
        return table.build();
    }

    @Override
    public Map<String, Object> option() {
        List<double[]> cells = new ArrayList<>();
        for (int row = 0; row < values.length; row++) {
            for (int column = 0; column < values[row].length; column++) {
                cells.add(new double[] {column, row, values[row][column]});
            }
        }
        double largest = Arrays.stream(values).flatMapToDouble(Arrays::stream).max().orElseThrow();
        boolean labelled = columnNames.size() <= LABELLED;
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("xAxis", axis(columnLabel, columnNames, false));
        option.put("yAxis", axis(rowLabel, rowNames, true));
        option.put("visualMap", Map.of("min", 0, "max", Math.max(largest, Double.MIN_NORMAL), "show", false));
        option.put("series", List.of(Map.of("type", "heatmap", "name", title, "data", cells,
                "label", Map.of("show", labelled))));
        option.put("tooltip", Map.of("trigger", "item"));
        return option;
    }

    private static Map<String, Object> axis(String label, List<String> names, boolean fromTop) {
        return Map.of("type", "category", "name", label, "data", names, "inverse", fromTop,
                "axisLabel", Map.of("rotate", fromTop ? 0 : 45), "axisTick", Map.of("show", false));
    }

    @Override
    public String size() {
        return "aspect-ratio:1;max-width:" + Math.min(64, 20 + 2 * columnNames.size()) + "rem";
    }
}
