package io.github.shufflenet4j.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.apache.commons.codec.digest.DigestUtils;

/** A script of a page. The page's security policy names its hash, and browsers run no others. */
record Script(String text) {

    /** In the library's jar; the path contains the version, which must be that of the build. */
    private static final String ECHARTS = "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js";

    /** @throws IllegalArgumentException if {@code text} would end the script's element */
    Script {
        if (text.toLowerCase(Locale.ROOT).contains("</script")) {
            throw new IllegalArgumentException("script contains its element's end tag");
        }
    }

    /** ECharts, and what draws a page's charts with it. */
    static List<Script> ofCharts() {
        return List.of(new Script(resource(ECHARTS)), new Script(resource("report.js")));
    }

    /** Allows {@code scripts} and embedded pictures, and no access to the network. */
    static String contentSecurityPolicy(List<Script> scripts) {
        String allowed = scripts.isEmpty() ? "'none'"
                : scripts.stream().map(Script::hash).collect(Collectors.joining(" "));
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src " + allowed;
    }

    private String hash() {
        return "'sha256-" + Base64.getEncoder().encodeToString(DigestUtils.sha256(text)) + "'";
    }

    static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " on the class path");
            }
            // Browsers normalise line ends before they hash a script.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
