package io.github.shufflenet4j.report;

import static j2html.TagCreator.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.shufflenet4j.io.AtomicFile;
import j2html.TagCreator;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A report as a self-contained web page with style, pictures and, for charts,
 * <a href="https://echarts.apache.org">Apache ECharts</a> (1.1 MB); or as Markdown. The page suits phones, desktops and
 * paper, and lists the data of every chart for readers without scripts. Text is escaped, and a content security policy
 * admits no scripts but the page's own.
 *
 * <pre>{@code
 * new Report("Flowers").subtitle("ShuffleNetV2 x1.0, seed 1")
 *         .section("Accuracy", section -> section
 *                 .paragraph("Measured after every epoch.")
 *                 .chart(new XyChart("Top-1", "Rises to 91 %.", Axis.linear("epoch"), Axis.linear("%").from(0).to(100))
 *                         .line("validation", points))
 *                 .table(new Table("Classes").text("class").number("images").row("rose", 60)))
 *         .write(Path.of("report.html"));
 * }</pre>
 */
public final class Report {

    /** In the library's jar; the path contains the version, which must be that of the build. */
    private static final String ECHARTS = "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js";

    private final String title;
    private final List<Section> sections = new ArrayList<>();
    private String subtitle = "";

    public Report(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /** Sets the line below the title. */
    public Report subtitle(String text) {
        subtitle = Objects.requireNonNull(text, "text");
        return this;
    }

    /**
     * Adds a section.
     *
     * @param content fills it, called at once
     */
    public Report section(String heading, Consumer<Section> content) {
        Section section = new Section(heading);
        content.accept(section);
        sections.add(section);
        return this;
    }

    /**
     * Writes the page, replacing an existing file.
     *
     * @param file in an existing folder
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        AtomicFile.writeText(file, html());
    }

    /** The page. */
    public String html() {
        List<String> scripts = new ArrayList<>();
        if (sections.stream().anyMatch(Section::hasCharts)) {
            scripts.addAll(List.of(resource(ECHARTS), resource("report.js")));
        }
        if (sections.stream().anyMatch(Section::hasSortableTables)) {
            scripts.add(resource("sort.js"));
        }
        return document(TagCreator.html(
                head(
                        meta().withCharset("utf-8"),
                        meta().attr("http-equiv", "Content-Security-Policy")
                                .withContent(contentSecurityPolicy(scripts)),
                        meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                        title(title),
                        style().with(rawHtml(resource("report.css")))),
                body(
                        header(h1(title), iff(!subtitle.isEmpty(), p(subtitle).withClass("subtitle"))),
                        main().with(sections.stream().map(Section::toHtml))
                ).with(scripts.stream().map(script -> script().with(rawHtml(script)))))
                .withLang("en")) + "\n";
    }

    /** Allows {@code scripts} and embedded pictures, and no access to the network. */
    private static String contentSecurityPolicy(List<String> scripts) {
        String allowed = scripts.isEmpty() ? "'none'" : scripts.stream()
                .map(script -> "'sha256-" + Base64.getEncoder().encodeToString(DigestUtils.sha256(script)) + "'")
                .collect(Collectors.joining(" "));
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src " + allowed;
    }

    /** The text of a style sheet or script, which may not contain a script's end tag. */
    private static String resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            // Browsers normalise line ends before they hash a script.
            String text = in == null ? "" : new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n");
            if (text.isEmpty() || text.toLowerCase(Locale.ROOT).contains("</script")) {
                throw new IllegalStateException(name + " is not on the class path, or has </script");
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The report as Markdown, without charts and pictures. */
    public String markdown() {
        return "# " + title + "\n" + (subtitle.isEmpty() ? "" : "\n" + subtitle + "\n")
                + sections.stream().map(Section::toMarkdown).collect(Collectors.joining());
    }
}
