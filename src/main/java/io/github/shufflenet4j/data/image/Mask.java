package io.github.shufflenet4j.data.image;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;

/**
 * The pixels of an image that belong to an object.
 *
 * @param width  pixels per row, at least 1
 * @param height rows, at least 1
 * @param pixels row by row from the top left; not to be changed
 */
public record Mask(int width, int height, BitSet pixels) {

    private static final int BRIGHT = 128;

    /** @throws IllegalArgumentException if a side is below 1, or there are pixels beyond the last */
    public Mask {
        Validate.isTrue(width >= 1 && height >= 1, "a mask of %sx%s pixels", width, height);
        Validate.isTrue(pixels.length() <= (long) width * height, "pixel %s in a mask of %sx%s", pixels.length() - 1,
                width, height);
    }

    /** The pixels whose luma is at least 128: white on black is the form in which masks are stored. */
    public static Mask of(RgbImage image) {
        BitSet pixels = new BitSet();
        byte[] rgb = image.pixels();
        for (int i = 0; i < image.width() * image.height(); i++) {
            pixels.set(i, Luma.of(rgb[3 * i] & 0xFF, rgb[3 * i + 1] & 0xFF, rgb[3 * i + 2] & 0xFF) >= BRIGHT);
        }
        return new Mask(image.width(), image.height(), pixels);
    }

    /** The mask as an image: white on black. */
    public RgbImage image() {
        byte[] rgb = new byte[3 * width * height];
        pixels.stream().forEach(i -> rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = -1);
        return new RgbImage(width, height, rgb);
    }

    /** Whether a pixel belongs to the object; those outside of the image do not. */
    public boolean contains(int x, int y) {
        return x >= 0 && x < width && y >= 0 && y < height && pixels.get(y * width + x);
    }

    /** The pixels whose centres lie in the convex hull of the mask's centres: an outline as annotators draw it. */
    public Mask convexHull() {
        int[] corners = hullCorners();
        BitSet hull = new BitSet();
        for (int i = pixels.nextSetBit(0); i >= 0 && i < pixels.length(); i++) {
            boolean inside = true;
            for (int corner = 0; inside && corner < corners.length; corner++) {
                inside = turn(corners[corner], corners[(corner + 1) % corners.length], i) >= 0;
            }
            hull.set(i, inside);
        }
        return new Mask(width, height, hull);
    }

    /** Corners of the hull in their order, by Andrew's monotone chain; of one pixel that pixel alone. */
    private int[] hullCorners() {
        if (pixels.cardinality() <= 1) {
            return pixels.stream().toArray();
        }
        int[] forth = pixels.stream().toArray();
        int[] back = pixels.stream().map(i -> -i).sorted().map(i -> -i).toArray();
        return IntStream.concat(chain(forth), chain(back)).toArray();
    }

    /** A side of the hull along pixels that are sorted by row and column, without its last corner. */
    private IntStream chain(int[] sorted) {
        int[] chain = new int[sorted.length];
        int length = 0;
        for (int pixel : sorted) {
            while (length >= 2 && turn(chain[length - 2], chain[length - 1], pixel) <= 0) {
                length--;
            }
            chain[length++] = pixel;
        }
        return Arrays.stream(chain, 0, length - 1);
    }

    /** Above 0 if the way from a pixel to a second and a third turns right, as y points down. */
    private long turn(int from, int by, int to) {
        return (long) (by % width - from % width) * (to / width - from / width)
                - (long) (by / width - from / width) * (to % width - from % width);
    }

    /** The pixels whose centres are at most {@code distance} pixels from that of one of the mask. */
    public Mask dilated(int distance) {
        Checks.atLeast("distance", distance, 0);
        BitSet dilated = new BitSet();
        for (int from = pixels.nextSetBit(0); from >= 0;) {
            int row = from / width;
            int to = Math.min(pixels.nextClearBit(from), (row + 1) * width);
            for (int y = Math.max(0, row - distance); y <= Math.min(height - 1, row + distance); y++) {
                int reach = (int) Math.sqrt((double) distance * distance - (double) (y - row) * (y - row));
                dilated.set(y * width + Math.max(0, from - row * width - reach),
                        y * width + Math.min(width, to - row * width + reach));
            }
            from = pixels.nextSetBit(to);
        }
        return new Mask(width, height, dilated);
    }
}
