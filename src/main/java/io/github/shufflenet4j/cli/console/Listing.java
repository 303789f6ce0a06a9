package io.github.shufflenet4j.cli.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import io.github.shufflenet4j.report.Table;

/**
 * Records as aligned text, CSV, or maps for JSON. A value is text, a whole number, a floating-point number, or null if
 * there is none.
 */
public final class Listing<T> {

    private record Column<T>(String heading, String key, boolean number, Function<T, ?> value) {
    }

    private final List<Column<T>> columns = new ArrayList<>();

    /** Adds a column of text, which is aligned left; CSV and JSON call it {@code key}. */
    public Listing<T> text(String heading, String key, Function<T, String> value) {
        columns.add(new Column<>(heading, key, false, value));
        return this;
    }

    /** Adds a column of numbers, possibly as text, which is aligned right. */
    public Listing<T> number(String heading, String key, Function<T, ?> value) {
        columns.add(new Column<>(heading, key, true, value));
        return this;
    }

    public String toText(List<T> rows) {
        return table(rows, Column::heading, Listing::format).toText();
    }

    public String toCsv(List<T> rows) {
        return table(rows, Column::key, value -> value == null ? "" : value.toString()).toCsv();
    }

    private Table table(List<T> rows, Function<Column<T>, String> heading, Function<Object, String> cell) {
        Table table = new Table("");
        columns.forEach(column -> {
            if (column.number()) {
                table.number(heading.apply(column));
            } else {
                table.text(heading.apply(column));
            }
        });
        rows.forEach(row -> table.row(
                columns.stream().map(column -> cell.apply(column.value().apply(row))).toArray()));
        return table;
    }

    private static String format(Object value) {
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, "%,.1f", number);
        }
        return value instanceof Number ? String.format(Locale.ROOT, "%,d", value) : value == null ? "" : (String) value;
    }

    /** Values by key. */
    public List<Map<String, Object>> toMaps(List<T> rows) {
        return rows.stream().map(row -> {
            Map<String, Object> map = new LinkedHashMap<>();
            columns.forEach(column -> map.put(column.key(), column.value().apply(row)));
            return map;
        }).toList();
    }
}
