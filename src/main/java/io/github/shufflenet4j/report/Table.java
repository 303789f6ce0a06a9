package io.github.shufflenet4j.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import j2html.TagCreator;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;

/**
 * A table; the first cell of a row is what the row is about.
 *
 * @param caption what it shows
 * @param columns their headings; where all are empty there is no row of headings
 * @param rows    cells as they are shown, one for each column
 */
public record Table(String caption, List<Column> columns, List<List<String>> rows) {

    /**
     * A column.
     *
     * @param heading what it holds
     * @param numbers whether that is numbers, which are set flush right
     */
    public record Column(String heading, boolean numbers) {
    }

    /** @throws IllegalArgumentException if there is no column, or a row has other cells than columns */
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("table '" + caption + "' has no columns");
        }
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("table '" + caption + "' has " + columns.size()
                        + " columns, but a row of " + row.size() + " cells");
            }
        }
    }

    /** An empty table. */
    public static Builder builder(String caption) {
        return new Builder(caption);
    }

    /** Columns, then rows. */
    public static final class Builder {

        private final String caption;
        private final List<Column> columns = new ArrayList<>();
        private final List<List<String>> rows = new ArrayList<>();

        private Builder(String caption) {
            this.caption = caption;
        }

        /** A column of text. */
        public Builder text(String heading) {
            columns.add(new Column(heading, false));
            return this;
        }

        /** A column of numbers. */
        public Builder number(String heading) {
            columns.add(new Column(heading, true));
            return this;
        }

        /** A row: floating-point numbers are rounded to four significant digits, all else is shown as it is. */
        public Builder row(Object... cells) {
            rows.add(Arrays.stream(cells).map(Numbers::cell).toList());
            return this;
        }

        /** The table. */
        public Table build() {
            return new Table(caption, columns, rows);
        }
    }

    DomContent toHtml() {
        ContainerTag<?> table = table(TagCreator.caption(caption));
        if (columns.stream().anyMatch(column -> !column.heading().isEmpty())) {
            table.with(thead(tr().with(columns.stream()
                    .map(column -> aligned(th(column.heading()).withScope("col"), column)))));
        }
        table.with(tbody().with(rows.stream().map(this::row)));
        // On a narrow screen the table is scrolled and not the page; the keyboard can do so as well.
        return div(table).withClass("table").attr("tabindex", "0");
    }

    private DomContent row(List<String> cells) {
        return tr().with(IntStream.range(0, cells.size()).mapToObj(index -> {
            String cell = cells.get(index);
            return aligned(index == 0 ? th(cell).withScope("row") : td(cell), columns.get(index));
        }));
    }

    private static DomContent aligned(ContainerTag<?> cell, Column column) {
        return column.numbers() ? cell.withClass("number") : cell;
    }
}
