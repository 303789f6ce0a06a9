package io.github.shufflenet4j.audit;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.shufflenet4j.audit.Finding.Kind;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.io.OneLine;
import io.github.shufflenet4j.report.Report;

/**
 * The result of an audit.
 *
 * @param data     the data set
 * @param network  that gave the features, in a few words
 * @param images   of all parts of the data set
 * @param parts    the parts, with the number of images of each class
 * @param findings by kind, the most serious first
 * @param unjudged classes with too few images for their labels to be judged
 */
public record AuditResult(Location data, String network, ImageSource images, List<Part> parts, List<Finding> findings,
                          List<String> unjudged) {

    private static final List<String> COLUMNS =
            List.of("file", "finding", "given", "suggested", "probability", "score", "partner", "detail");

    /** A part of the data set, and its number of images of each class. */
    public record Part(Location place, List<Integer> sizes) {

        public Part {
            sizes = List.copyOf(sizes);
        }
    }

    public AuditResult {
        parts = List.copyOf(parts);
        findings = List.copyOf(findings);
        unjudged = List.copyOf(unjudged);
    }

    /** The findings of a kind. */
    public List<Finding> findings(Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }

    /** The number of images that {@link #exclusions} leaves out. */
    public long excluded() {
        return findings.stream().filter(Finding::excluded).map(Finding::image).distinct().count();
    }

    /** A page with the pictures. */
    public Report page() {
        return new AuditPage(this).report();
    }

    /**
     * The findings as tab-separated values below a line of headings; {@code probability} is that of the suggested
     * class.
     */
    public String toTsv() {
        return line(COLUMNS) + findings.stream().map(finding -> line(List.of(finding.image(), finding.kind().label(),
                finding.given(), finding.suggested().map(Finding.Suggestion::name).orElse(""),
                finding.suggested().map(suggested -> decimals(suggested.probability())).orElse(""),
                finding.scoreText(), finding.partner().orElse(""), finding.detail())))
                .collect(Collectors.joining());
    }

    /** The findings as a list for {@link Exclusion#read}, in which those that are not left out are comments. */
    public String exclusions() {
        StringBuilder text = new StringBuilder("# Images to leave out: train --exclude. Put # before a line to keep its"
                + " image, remove it to leave the image out.\n");
        for (Kind kind : Kind.values()) {
            findings(kind).forEach(finding -> text.append(Exclusion.line(finding.image(), finding.excluded(),
                    List.of(kind.label(), OneLine.of(reason(finding))))));
        }
        return text.toString();
    }

    /** Why an image is listed, in a few words. */
    static String reason(Finding finding) {
        if (finding.suggested().isPresent()) {
            return String.format(Locale.ROOT, "%s: %.1f %%, %s: %.1f %%", finding.given(), 100 * finding.score(),
                    finding.suggested().get().name(), 100 * finding.suggested().get().probability());
        }
        return finding.partner().map(partner -> "copy of " + partner).orElse(finding.detail());
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String line(List<String> cells) {
        return cells.stream().map(OneLine::of).collect(Collectors.joining("\t", "", "\n"));
    }
}
