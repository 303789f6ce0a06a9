package io.github.shufflenet4j.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import j2html.TagCreator;
import j2html.tags.DomContent;

/** A part of a page with a heading, filled from top to bottom. */
public final class Section {

    private final String heading;
    private final List<DomContent> content = new ArrayList<>();
    private boolean charts;

    Section(String heading) {
        this.heading = Objects.requireNonNull(heading, "heading");
    }

    /** A smaller heading. */
    public Section heading(String text) {
        content.add(h3(text));
        return this;
    }

    /** A paragraph of text. */
    public Section paragraph(String text) {
        content.add(p(text));
        return this;
    }

    /** A table. */
    public Section table(Table table) {
        content.add(table.toHtml());
        return this;
    }

    /** Names and their values, as a table of two columns. */
    public Section facts(String caption, Map<String, ?> facts) {
        Table.Builder table = Table.builder(caption).text("").text("");
        facts.forEach(table::row);
        return table(table.build());
    }

    /** A chart; its numbers follow, folded away. */
    public Section chart(Chart chart) {
        charts = true;
        content.add(ChartHtml.of(chart));
        return this;
    }

    /** Pictures side by side, as many to a row as fit. */
    public Section pictures(List<Picture> pictures) {
        content.add(div(each(pictures, Picture::toHtml)).withClass("pictures"));
        return this;
    }

    /** Text whose line breaks and spaces count, such as a file's. */
    public Section code(String caption, String text) {
        content.add(figure(figcaption(caption), pre(TagCreator.code(text)).attr("tabindex", "0")));
        return this;
    }

    boolean hasCharts() {
        return charts;
    }

    DomContent toHtml() {
        return section(h2(heading)).with(content);
    }
}
