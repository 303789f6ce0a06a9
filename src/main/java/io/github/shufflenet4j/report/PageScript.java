package io.github.shufflenet4j.report;

import static j2html.TagCreator.rawHtml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import j2html.tags.DomContent;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A script within the page. The page names the hashes of those that it has, and browsers run no others.
 *
 * @param text of the script
 */
record PageScript(String text) {

    /** Where the library's jar has the script; its version is part of the path, and must be that of the build. */
    private static final String ECHARTS = "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js";

    /** @throws IllegalArgumentException if the text would end the script's element before its end */
    PageScript {
        if (text.toLowerCase(Locale.ROOT).contains("</script")) {
            throw new IllegalArgumentException("a script that holds the end of its element");
        }
    }

    /** ECharts, and what draws this page's charts by it. */
    static List<PageScript> ofCharts() {
        return List.of(new PageScript(resource(ECHARTS)), new PageScript(resource("report.js")));
    }

    /** Lets a page run {@code scripts}, show pictures that it holds, and fetch nothing. */
    static String contentSecurityPolicy(List<PageScript> scripts) {
        String allowed = scripts.isEmpty() ? "'none'"
                : scripts.stream().map(PageScript::hash).collect(Collectors.joining(" "));
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src " + allowed;
    }

    /** The script as it stands in the page. */
    DomContent content() {
        return rawHtml(text);
    }

    /** A resource of this package, as it stands in the page. */
    static DomContent resourceText(String name) {
        return rawHtml(resource(name));
    }

    private String hash() {
        return "'sha256-" + Base64.getEncoder().encodeToString(DigestUtils.sha256(text)) + "'";
    }

    private static String resource(String name) {
        try (InputStream in = PageScript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " on the class path");
            }
            // A browser hashes the text after it has made line feeds of all line ends.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
