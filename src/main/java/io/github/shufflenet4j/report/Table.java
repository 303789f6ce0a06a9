package io.github.shufflenet4j.report;

import static j2html.TagCreator.*;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.shufflenet4j.io.Csv;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import org.apache.commons.lang3.Validate;

/** A table, filled by column headings and then by rows, as HTML, Markdown, CSV or aligned text. */
public final class Table {

    private static final MathContext DIGITS = new MathContext(4);
    private static final double MAX_PLAIN = 1e9;
    private static final double MIN_PLAIN = 1e-5;

    private final String caption;
    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private boolean sortable;

    private record Column(String heading, boolean number) {
    }

    public Table(String caption) {
        this.caption = caption;
    }

    /** Adds a column of text; without any heading, the table has no row of headings. */
    public Table text(String heading) {
        columns.add(new Column(heading, false));
        return this;
    }

    /** Adds a column of numbers, which is aligned right. */
    public Table number(String heading) {
        columns.add(new Column(heading, true));
        return this;
    }

    /** Lets readers of the page sort the rows by any column. */
    public Table sortable() {
        sortable = true;
        return this;
    }

    /**
     * Adds a row: floating-point numbers are rounded to four significant digits, all else is shown as it is.
     *
     * @throws IllegalArgumentException if there are more or fewer cells than columns
     */
    public Table row(Object... cells) {
        Validate.isTrue(cells.length == columns.size(), "table '%s' has %s columns, but a row of %s cells", caption,
                columns.size(), cells.length);
        rows.add(Arrays.stream(cells).map(cell -> cell instanceof Double || cell instanceof Float
                ? format(((Number) cell).doubleValue()) : String.valueOf(cell)).toList());
        return this;
    }

    /** Whole numbers as they are, others rounded to four significant digits, NaN and infinity as a dash. */
    static String format(double value) {
        if (!Double.isFinite(value)) {
            return "\u2013";
        }
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < MAX_PLAIN) {
            return Long.toString((long) value);
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        return size < MIN_PLAIN || size >= MAX_PLAIN ? rounded.toString() : rounded.toPlainString();
    }

    boolean isSortable() {
        return sortable;
    }

    List<List<String>> rows() {
        return rows;
    }

    /** The first cell of a row is its heading. */
    DomContent toHtml() {
        ContainerTag<?> table = table(caption(caption));
        if (columns.stream().anyMatch(column -> !column.heading().isEmpty())) {
            table.with(thead(tr().with(columns.stream()
                    .map(column -> aligned(th(column.heading()).withScope("col"), column)))));
        }
        table.with(tbody().with(rows.stream().map(row -> tr().with(IntStream.range(0, row.size()).mapToObj(index ->
                aligned(index == 0 ? th(row.get(0)).withScope("row") : td(row.get(index)), columns.get(index)))))));
        // A narrow screen scrolls the table, not the page; so can the keyboard.
        return div(sortable ? table.withClass("sortable") : table).withClass("table").attr("tabindex", "0");
    }

    private static DomContent aligned(ContainerTag<?> cell, Column column) {
        return column.number() ? cell.withClass("number") : cell;
    }

    /** The caption, then a Markdown table. */
    String toMarkdown() {
        Stream<List<String>> head =
                Stream.of(headings(), columns.stream().map(column -> column.number() ? "---:" : "---").toList());
        return caption + ":\n\n" + Stream.concat(head, rows.stream()).map(row -> row.stream()
                .map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n")))
                .collect(Collectors.joining());
    }

    /** Comma-separated values below a line of headings. */
    public String toCsv() {
        return Stream.concat(Stream.of(headings()), rows.stream()).map(Csv::line).collect(Collectors.joining());
    }

    /** Aligned columns below a line of headings. */
    public String toText() {
        List<List<String>> lines = Stream.concat(Stream.of(headings()), rows.stream()).toList();
        int[] widths = IntStream.range(0, columns.size())
                .map(column -> lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0)).toArray();
        return lines.stream().map(line -> IntStream.range(0, columns.size())
                .mapToObj(index -> String.format("%" + (columns.get(index).number() ? "" : "-") + widths[index] + "s",
                        line.get(index)))
                .collect(Collectors.joining("  ")).stripTrailing() + "\n").collect(Collectors.joining());
    }

    private List<String> headings() {
        return columns.stream().map(Column::heading).toList();
    }
}
