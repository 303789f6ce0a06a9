package io.github.shufflenet4j.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import io.github.shufflenet4j.audit.Finding.Kind;
import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.report.Picture;
import io.github.shufflenet4j.report.PictureGroup;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;

/** The page of an audit: the findings in pictures. */
record AuditPage(AuditResult result) {

    /** Longer side of a picture, in pixels. */
    private static final int THUMBNAIL = 160;
    /** Of a kind, in pictures; some 10 kB each. */
    private static final int MAX_SHOWN = 100;
    private static final int MAX_LISTED = 1000;

    Report report() {
        Report report = new Report("Audit of " + result.data().absolute().name())
                .subtitle(result.images().size() + " images, judged by " + result.network() + ".")
                .section("Findings", this::overview);
        for (Kind kind : Kind.values()) {
            List<Finding> findings = result.findings(kind);
            if (!findings.isEmpty()) {
                report.section(heading(kind) + " (" + findings.size() + ")", section -> fill(section, kind, findings));
            }
        }
        return report.section("Classes", this::classes);
    }

    private void overview(Section section) {
        Table table = new Table("Findings").text("finding").number("images").number("left out by default");
        for (Kind kind : Kind.values()) {
            table.row(heading(kind), result.findings(kind).size(),
                    result.findings(kind).stream().filter(Finding::excluded).count());
        }
        section.table(table);
    }

    private static String heading(Kind kind) {
        return switch (kind) {
            case UNREADABLE -> "Unreadable images";
            case LABEL_ERROR -> "Probable label errors";
            case DOUBTFUL_LABEL -> "Doubtful labels";
            case EXACT_DUPLICATE -> "Exact duplicates";
            case NEAR_DUPLICATE -> "Near duplicates";
            case OUTLIER -> "Odd ones out";
        };
    }

    private static String explanation(Kind kind) {
        return switch (kind) {
            case UNREADABLE -> "Files that cannot be decoded.";
            case LABEL_ERROR -> "Images that are confidently of another class than the given one. Below each, the given"
                    + " class, the suggested one, and their probabilities.";
            case DOUBTFUL_LABEL -> "Images for which another class is more probable, the least probable given class"
                    + " first.";
            case EXACT_DUPLICATE -> "Files of the same content.";
            case NEAR_DUPLICATE -> "Images that show the same photo, such as a scaled, cropped or mirrored one.";
            case OUTLIER -> "Images far from the others of their class, the farthest first.";
        };
    }

    private void fill(Section section, Kind kind, List<Finding> findings) {
        section.paragraph(explanation(kind));
        int shown = kind == Kind.UNREADABLE ? MAX_LISTED : MAX_SHOWN;
        List<Finding> first = findings.subList(0, Math.min(shown, findings.size()));
        if (kind == Kind.UNREADABLE) {
            Table table = new Table("Unreadable images").text("file").text("fault");
            first.forEach(finding -> table.row(finding.image(), finding.detail()));
            section.table(table);
        } else if (first.get(0).original() >= 0) {
            groups(section, first);
        } else {
            section.pictures(first.stream().flatMap(finding -> picture(finding.sample(), lines(finding)).stream())
                    .toList());
        }
        if (first.size() < findings.size()) {
            section.paragraph("and " + (findings.size() - first.size()) + " more, in the table of findings.");
        }
    }

    /** Each original with its copies. */
    private void groups(Section section, List<Finding> copies) {
        Map<Integer, List<Finding>> groups = new LinkedHashMap<>();
        copies.forEach(copy -> groups.computeIfAbsent(copy.original(), original -> new ArrayList<>()).add(copy));
        List<PictureGroup> shown = new ArrayList<>();
        groups.forEach((original, group) -> {
            List<Picture> pictures = new ArrayList<>();
            picture(original, List.of(result.images().classes().get(result.images().label(original)),
                    group.get(0).partner().orElse(""))).ifPresent(pictures::add);
            group.forEach(copy -> picture(copy.sample(), lines(copy)).ifPresent(pictures::add));
            if (!pictures.isEmpty()) {
                shown.add(new PictureGroup(pictures, List.of()));
            }
        });
        section.groups(shown);
    }

    private static List<String> lines(Finding finding) {
        List<String> lines = new ArrayList<>();
        if (finding.suggested().isPresent()) {
            lines.add(String.format(Locale.ROOT, "given %s (%.1f %%)", finding.given(), 100 * finding.score()));
            lines.add(String.format(Locale.ROOT, "suggested %s (%.1f %%)", finding.suggested().get().name(),
                    100 * finding.suggested().get().probability()));
        } else {
            lines.add(finding.given());
            lines.add((finding.kind() == Kind.OUTLIER ? "z-score " : "match ")
                    + String.format(Locale.ROOT, "%.2f", finding.score()));
        }
        if (!finding.detail().isEmpty()) {
            lines.add(finding.detail());
        }
        lines.add(finding.image());
        return lines;
    }

    /** Empty if the file cannot be read any more. */
    private Optional<Picture> picture(int sample, List<String> caption) {
        try {
            byte[] jpeg = ImageEncoder.thumbnail(result.images().read(sample), result.images().name(sample), THUMBNAIL);
            return Optional.of(new Picture("image/jpeg", jpeg, caption.get(0), caption));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void classes(Section section) {
        List<String> names = result.images().classes();
        int[] sizes = IntStream.range(0, names.size()).map(c ->
                result.parts().stream().mapToInt(part -> part.sizes().get(c)).sum()).toArray();
        int largest = IntStream.of(sizes).max().orElseThrow();
        int smallest = IntStream.of(sizes).min().orElseThrow();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Classes", names.size());
        facts.put("Images of the largest", largest);
        facts.put("Images of the smallest", smallest);
        facts.put("Ratio", (double) largest / smallest);
        facts.put("Classes of one image", IntStream.of(sizes).filter(size -> size == 1).count());
        section.facts("Balance", facts);
        if (!result.unjudged().isEmpty()) {
            section.paragraph("Too few images to judge their labels: " + String.join(", ", result.unjudged()) + ".");
        }
        Table table = new Table("Images of each class").text("class").sortable();
        result.parts().forEach(part -> table.number(part.place().name()));
        IntStream.range(0, names.size()).limit(MAX_LISTED).forEach(c -> {
            List<Object> row = new ArrayList<>(List.of(names.get(c)));
            result.parts().forEach(part -> row.add(part.sizes().get(c)));
            table.row(row.toArray());
        });
        section.table(table);
        if (names.size() > MAX_LISTED) {
            section.paragraph("and " + (names.size() - MAX_LISTED) + " more.");
        }
    }
}
