package io.github.shufflenet4j.data.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.io.AtomicFile;

/**
 * Images side by side, in rows, on white.
 *
 * @param rows at least one, each of at least one image
 */
public record ContactSheet(List<List<RgbImage>> rows) {

    /** White between the images and around them, in pixels. */
    private static final int GAP = 4;

    /** @throws IllegalArgumentException if there is a row without an image, or no row */
    public ContactSheet {
        rows = rows.stream().map(List::copyOf).toList();
        Validate.isTrue(!rows.isEmpty() && rows.stream().noneMatch(List::isEmpty),
                "a contact sheet with nothing in a row");
    }

    /** The sheet as one image: every cell is as large as the largest image. */
    public RgbImage image() {
        int cellWidth = rows.stream().flatMap(List::stream).mapToInt(RgbImage::width).max().orElseThrow() + GAP;
        int cellHeight = rows.stream().flatMap(List::stream).mapToInt(RgbImage::height).max().orElseThrow() + GAP;
        int columns = rows.stream().mapToInt(List::size).max().orElseThrow();
        int width = Math.addExact(GAP, Math.multiplyExact(columns, cellWidth));
        int height = Math.addExact(GAP, Math.multiplyExact(rows.size(), cellHeight));
        byte[] sheet = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        Arrays.fill(sheet, (byte) 255);
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                rows.get(row).get(column)
                        .copyTo(sheet, width, GAP + column * cellWidth, GAP + row * cellHeight);
            }
        }
        return new RgbImage(width, height, sheet);
    }

    /** Writes the sheet as a PNG file, replacing what was there. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, output -> output.write(ImageEncoder.png(image())));
    }
}
