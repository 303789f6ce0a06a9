package io.github.shufflenet4j.report;

import static j2html.TagCreator.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import j2html.TagCreator;
import j2html.tags.DomContent;

/** A section of a {@link Report}, filled from top to bottom. */
public final class Section {

    /** ECharts takes the string "NaN" for a missing value. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private final String heading;
    private final List<DomContent> html = new ArrayList<>();
    private final StringBuilder markdown = new StringBuilder();
    private boolean charts;
    private boolean sortableTables;

    Section(String heading) {
        this.heading = Objects.requireNonNull(heading, "heading");
        markdown.append("\n## ").append(heading).append("\n");
    }

    /** Adds a smaller heading. */
    public Section heading(String text) {
        return add(h3(text), "### " + text);
    }

    /** Adds a paragraph. */
    public Section paragraph(String text) {
        return add(p(text), text);
    }

    /** Adds a link to another page, named relative to this one. */
    public Section link(String text, String page) {
        return add(p(a(text).withHref(page)), "[" + text + "](" + page + ")");
    }

    /** Adds a table. */
    public Section table(Table table) {
        sortableTables |= table.isSortable();
        return add(table.toHtml(), table.toMarkdown().stripTrailing());
    }

    /** Adds names and values as a table of two columns. */
    public Section facts(String caption, Map<String, ?> facts) {
        Table table = new Table(caption).text("").text("");
        facts.forEach(table::row);
        return table(table);
    }

    /** Adds a chart, with its numbers folded away below it. Markdown leaves it out. */
    public Section chart(Chart chart) {
        charts = true;
        html.add(figure(
                figcaption(chart.title()),
                div().withClass("plot").withStyle(chart.size()).attr("role", "img")
                        .attr("aria-label", chart.summary()),
                script(rawHtml(json(chart.option()))).withType("application/json"),
                details(summary("Data"), chart.data().toHtml())).withClass("chart"));
        return this;
    }

    /** As part of a script's element: markup can only stand within strings, and is escaped there. */
    private static String json(Map<String, Object> option) {
        try {
            return JSON.writeValueAsString(option).replace("<", "\\u003c").replace(">", "\\u003e")
                    .replace("&", "\\u0026");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds pictures side by side. Markdown leaves them out. */
    public Section pictures(List<Picture> pictures) {
        html.add(div(each(pictures, Picture::toHtml)).withClass("pictures"));
        return this;
    }

    /** Adds pictures side by side, as large as three of them have room for. Markdown leaves them out. */
    public Section largePictures(List<Picture> pictures) {
        html.add(div(each(pictures, Picture::toHtml)).withClasses("pictures", "large"));
        return this;
    }

    /** Adds groups of pictures, one below the other or side by side. Markdown leaves them out. */
    public Section groups(List<PictureGroup> groups) {
        html.add(div(each(groups, PictureGroup::toHtml)).withClass("groups"));
        return this;
    }

    /** Adds preformatted text. */
    public Section code(String caption, String text) {
        return add(figure(figcaption(caption), pre(TagCreator.code(text)).attr("tabindex", "0")),
                caption + ":\n\n" + text.stripTrailing().indent(4).stripTrailing());
    }

    private Section add(DomContent content, String text) {
        html.add(content);
        markdown.append("\n").append(text).append("\n");
        return this;
    }

    boolean hasCharts() {
        return charts;
    }

    boolean hasSortableTables() {
        return sortableTables;
    }

    DomContent toHtml() {
        return section(h2(heading)).with(html);
    }

    String toMarkdown() {
        return markdown.toString();
    }
}
