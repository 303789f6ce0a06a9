package io.github.shufflenet4j.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.ClassActivationMap.Method;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.report.Picture;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;

/**
 * A folder of explanations: a PNG file for each map, such as {@code 0001-cat-tabby.png}, and pages that show them
 * beside the photos, {@code index.html}, {@code page2.html} and so on. They are written as the explanations come, so
 * that memory holds one page.
 */
public final class ExplanationFolder {

    /** Images on a page, which has some 50 KB of each. */
    static final int IMAGES_ON_PAGE = 100;
    private static final int PAGE_SIDE = 320;
    private static final int MAX_NAME = 60;

    private final Path folder;
    private final String model;
    private final Overlay overlay = new Overlay();
    private final Overlay small = new Overlay(PAGE_SIDE);
    private final List<Shown> shown = new ArrayList<>();
    private boolean exact;
    private int images;
    private int pages;

    /** An image on the page. */
    private record Shown(String name, List<Picture> pictures) {
    }

    /**
     * Makes the folder.
     *
     * @param folder must not exist or be empty
     * @param model  name of the network
     */
    public ExplanationFolder(Path folder, String model) throws IOException {
        this.folder = Objects.requireNonNull(folder, "folder");
        this.model = Objects.requireNonNull(model, "model");
        WriteCheck.emptyFolder(folder);
        Files.createDirectories(folder);
    }

    /**
     * Writes the maps of an image.
     *
     * @param name the image's name, such as the path of its file
     */
    public void add(String name, Explanation explanation) throws IOException {
        if (shown.size() == IMAGES_ON_PAGE) {
            writePage(true, List.of());
        }
        images++;
        exact = explanation.maps().stream().allMatch(map -> map.method() == Method.CAM);
        List<Picture> pictures = new ArrayList<>();
        pictures.add(picture(ImageEncoder.jpeg(small.photo(explanation)), "the photo", "photo", ""));
        for (ClassActivationMap map : explanation.maps()) {
            Prediction prediction = map.prediction();
            String file = String.format(Locale.ROOT, "%04d-%s-%s.png", images,
                    plain(Path.of(name).getFileName().toString().replaceFirst("\\.[^.]*$", "")),
                    plain(prediction.label()));
            AtomicFile.write(folder.resolve(file),
                    output -> output.write(ImageEncoder.png(overlay.draw(explanation, map))));
            pictures.add(picture(ImageEncoder.jpeg(small.draw(explanation, map)),
                    "where the evidence for " + prediction.label() + " is", prediction.label(),
                    String.format(Locale.ROOT, "%.1f %%", 100 * prediction.probability()) + sum(map)));
        }
        shown.add(new Shown(name, pictures));
    }

    private static Picture picture(byte[] jpeg, String alternative, String first, String second) {
        return new Picture("image/jpeg", jpeg, alternative, second.isEmpty() ? List.of(first) : List.of(first, second));
    }

    /** The logit as a sum, where that is the network's own. */
    private static String sum(ClassActivationMap map) {
        return map.method() != Method.CAM ? "" : String.format(Locale.ROOT, "; logit %.2f = mean %.2f %s bias %.2f",
                map.logit(), map.mean(), map.bias() < 0 ? "\u2212" : "+", Math.abs(map.bias()));
    }

    /** What any file system takes. */
    private static String plain(String name) {
        String plain = name.replaceAll("[^\\p{L}\\p{N}._-]+", "_");
        return plain.substring(0, Math.min(MAX_NAME, plain.length()));
    }

    /**
     * Writes the last page.
     *
     * @param damaged images that could not be read, which it names
     */
    public void finish(List<DamagedImage> damaged) throws IOException {
        writePage(false, damaged);
    }

    private void writePage(boolean more, List<DamagedImage> damaged) throws IOException {
        pages++;
        Report page = new Report("Evidence seen by " + model + (pages > 1 ? ", page " + pages : ""))
                .subtitle("Where a network sees evidence for a class, and where against it.")
                .section("Reading the maps", this::legend)
                .section("Images", section -> {
                    if (more) {
                        section.link("Next page", file(pages + 1));
                    }
                    shown.forEach(image -> section.heading(image.name()).largePictures(image.pictures()));
                    if (more) {
                        section.link("Next page", file(pages + 1));
                    }
                });
        if (!damaged.isEmpty()) {
            page.section("Unreadable images", section -> {
                Table table = new Table("Not explained").text("image").text("fault");
                damaged.forEach(image -> table.row(image.name(), image.reason()));
                section.table(table);
            });
        }
        page.write(folder.resolve(file(pages)));
        shown.clear();
    }

    private static String file(int page) {
        return page == 1 ? "index.html" : "page" + page + ".html";
    }

    private void legend(Section section) {
        section.paragraph("Red speaks for the class, blue against it: the stronger the colour, the more. All maps of a"
                + " photo have the same scale, so that its classes can be compared. What lies outside of the network's"
                + " input is faded.");
        if (exact) {
            section.paragraph("The logit of a class is the mean of its map plus a bias, so that the map accounts for"
                    + " all of it. A class is the more probable, the larger its logit is than those of the others.");
        }
    }
}
