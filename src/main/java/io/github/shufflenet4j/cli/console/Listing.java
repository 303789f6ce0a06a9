package io.github.shufflenet4j.cli.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of records: aligned columns for people, CSV under the columns' keys, or maps for JSON. A value is a text, a
 * whole number, a floating-point number, or null where there is none.
 */
public final class Listing<T> {

    private record Column<T>(String heading, String key, boolean number, Function<T, ?> value) {
    }

    private final List<Column<T>> columns = new ArrayList<>();

    /** Adds a column that is set flush left. */
    public Listing<T> text(String heading, String key, Function<T, String> value) {
        columns.add(new Column<>(heading, key, false, value));
        return this;
    }

    /** Adds a column of numbers, or of numbers as they are printed elsewhere, that is set flush right. */
    public Listing<T> number(String heading, String key, Function<T, ?> value) {
        columns.add(new Column<>(heading, key, true, value));
        return this;
    }

    /** Lines of aligned columns, below a line of headings. */
    public List<String> lines(List<T> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream().map(Column::heading).toList());
        rows.forEach(row -> cells.add(columns.stream().map(column -> shown(column.value().apply(row))).toList()));
        int[] widths = IntStream.range(0, columns.size())
                .map(column -> cells.stream().mapToInt(line -> line.get(column).length()).max().orElse(0)).toArray();
        return cells.stream().map(line -> IntStream.range(0, columns.size())
                .mapToObj(column -> padded(line.get(column), widths[column], columns.get(column).number()))
                .collect(Collectors.joining("  ")).stripTrailing()).toList();
    }

    private static String padded(String cell, int width, boolean right) {
        return String.format(Locale.ROOT, "%" + (right ? "" : "-") + width + "s", cell);
    }

    private static String shown(Object value) {
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, "%,.1f", number);
        }
        return value instanceof Number ? String.format(Locale.ROOT, "%,d", value) : value == null ? "" : (String) value;
    }

    /** Lines of comma-separated values, below a line of keys. */
    public List<String> csv(List<T> rows) {
        List<String> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::key).collect(Collectors.joining(",")));
        rows.forEach(row -> lines.add(columns.stream().map(column -> column.value().apply(row))
                .map(value -> value == null ? "" : value.toString()).collect(Collectors.joining(","))));
        return lines;
    }

    /** Values by key. */
    public List<Map<String, Object>> maps(List<T> rows) {
        return rows.stream().map(row -> {
            Map<String, Object> map = new LinkedHashMap<>();
            columns.forEach(column -> map.put(column.key(), column.value().apply(row)));
            return map;
        }).toList();
    }
}
