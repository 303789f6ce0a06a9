package io.github.shufflenet4j.report;

import static j2html.TagCreator.body;
import static j2html.TagCreator.document;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.script;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.shufflenet4j.io.AtomicFile;
import j2html.TagCreator;
import j2html.tags.specialized.HtmlTag;

/**
 * A page for a browser, in one file that holds all it needs: style, pictures, and
 * <a href="https://echarts.apache.org">Apache ECharts</a> if there are charts (1.1 MB). It reads well on a phone, on a
 * desktop and on paper, and with scripts switched off, for every chart lists its numbers.
 *
 * <p>All text that is given is shown as it is: markup in it means nothing, and the page runs no scripts but its own.
 *
 * <pre>{@code
 * HtmlReport.builder("Flowers").subtitle("ShuffleNetV2 x1.0, seed 1")
 *         .section("Accuracy", section -> section
 *                 .paragraph("Measured after every epoch.")
 *                 .chart(XyChart.builder("Top-1").x(Axis.linear("epoch")).y(Axis.linear("%").from(0).to(100))
 *                         .line("validation", points).build())
 *                 .table(Table.builder("Classes").text("class").number("images").row("rose", 60).build()))
 *         .build().write(Path.of("report.html"));
 * }</pre>
 */
public final class HtmlReport {

    private final String title;
    private final String subtitle;
    private final String footer;
    private final List<Section> sections;

    private HtmlReport(Builder builder) {
        this.title = builder.title;
        this.subtitle = builder.subtitle;
        this.footer = builder.footer;
        this.sections = List.copyOf(builder.sections);
    }

    /** A page with a title, to be filled. */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    /** The page's title and its sections, in order. */
    public static final class Builder {

        private final String title;
        private final List<Section> sections = new ArrayList<>();
        private String subtitle = "";
        private String footer = "";

        private Builder(String title) {
            this.title = Objects.requireNonNull(title, "title");
        }

        /** A line below the title. */
        public Builder subtitle(String text) {
            subtitle = Objects.requireNonNull(text, "text");
            return this;
        }

        /** A line at the end of the page. */
        public Builder footer(String text) {
            footer = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * A section.
         *
         * @param heading its heading
         * @param content called at once, fills it
         */
        public Builder section(String heading, Consumer<Section> content) {
            Section section = new Section(heading);
            content.accept(section);
            sections.add(section);
            return this;
        }

        /** The page. */
        public HtmlReport build() {
            return new HtmlReport(this);
        }
    }

    /**
     * Writes the page, replacing what was there.
     *
     * @param file in a folder that exists
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        byte[] page = html().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(page));
    }

    /** The page as text. */
    public String html() {
        List<PageScript> scripts = sections.stream().anyMatch(Section::hasCharts) ? PageScript.ofCharts() : List.of();
        HtmlTag page = TagCreator.html(
                head(
                        meta().withCharset("utf-8"),
                        meta().attr("http-equiv", "Content-Security-Policy")
                                .withContent(PageScript.contentSecurityPolicy(scripts)),
                        meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                        title(title),
                        style().with(PageScript.resourceText("report.css"))),
                body(
                        header(h1(title), iff(!subtitle.isEmpty(), p(subtitle).withClass("subtitle"))),
                        main().with(sections.stream().map(Section::toHtml)),
                        iff(!footer.isEmpty(), footer(p(footer)))
                ).with(scripts.stream().map(one -> script().with(one.content()))))
                .withLang("en");
        return document(page) + "\n";
    }
}
