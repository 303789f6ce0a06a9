package io.github.shufflenet4j.explain;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.image.Luma;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.transform.CropArea;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.Explanation;

/**
 * Draws class activation maps over the photo, in shades of grey: red where it speaks for the class, blue where it
 * speaks against it, the stronger the more. What the network did not see, outside of the crop, is faded. A bar below
 * shows the colours from the strongest evidence against to the strongest evidence for.
 *
 * @param side length of the longer side of the photo in the picture, in pixels, 32 to 4096
 */
public record Overlay(int side) {

    /** Default length of the longer side. */
    public static final int SIDE = 480;

    private static final int MIN_SIDE = 32;
    private static final int MAX_SIDE = 4096;
    /** Brightness of what is black in the photo: colours must be told apart there as well. */
    private static final double DARKEST = 0.6;
    /** Share of white outside of the crop. */
    private static final double FADED = 0.6;
    private static final int WHITE = 0xFFFFFF;
    private static final int INK = 0x444444;
    private static final int GAP = 6;
    private static final int BAR = 12;
    private static final int SIGN = 9;

    /** @throws IllegalArgumentException if the side is out of range */
    public Overlay {
        Checks.within("side", side, MIN_SIDE, MAX_SIDE);
    }

    /** Of the default size. */
    public Overlay() {
        this(SIDE);
    }

    /**
     * The picture of a map of {@code explanation}. All pictures of an explanation have the same scale: the full colour
     * stands for the value of largest magnitude in any of its maps.
     */
    public RgbImage draw(Explanation explanation, ClassActivationMap map) {
        double strongest = Math.max(map.magnitude(), explanation.maps().stream()
                .mapToDouble(ClassActivationMap::magnitude).max().orElse(0));
        RgbImage photo = explanation.image();
        RgbImage shown = photo(explanation);
        int width = shown.width();
        int height = shown.height();
        CropArea crop = explanation.crop().scaled((double) width / photo.width(), (double) height / photo.height());
        Canvas canvas = new Canvas(width, height + GAP + BAR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                double light = DARKEST + (1 - DARKEST) / 255 * Luma.of(shown.pixels()[at] & 0xFF,
                        shown.pixels()[at + 1] & 0xFF, shown.pixels()[at + 2] & 0xFF);
                double column = (x + 0.5 - crop.x()) / crop.width();
                double row = (y + 0.5 - crop.y()) / crop.height();
                if (column < 0 || column > 1 || row < 0 || row > 1) {
                    canvas.set(x, y, shaded(WHITE, FADED + (1 - FADED) * light));
                } else {
                    double value = strongest == 0 ? 0 : map.at(column, row) / strongest;
                    canvas.set(x, y, shaded(ColorMap.color(value), light));
                }
            }
        }
        legend(canvas, height + GAP);
        return canvas.image();
    }

    /** The photo in its colours, as large as in the pictures. */
    public RgbImage photo(Explanation explanation) {
        RgbImage photo = explanation.image();
        double scale = (double) side / Math.max(photo.width(), photo.height());
        return Resize.resize(photo, scaled(photo.width(), scale), scaled(photo.height(), scale));
    }

    private static int scaled(int length, double scale) {
        return Math.max(1, (int) Math.round(length * scale));
    }

    /** A minus sign, the colours, and a plus sign: drawn, as not every machine has fonts. */
    private static void legend(Canvas canvas, int top) {
        int from = SIGN + GAP;
        int to = canvas.width() - from;
        for (int x = from; x < to; x++) {
            int color = ColorMap.color(2 * (x + 0.5 - from) / (to - from) - 1);
            canvas.fill(x, top, 1, BAR, color);
        }
        int middle = top + BAR / 2;
        canvas.fill(0, middle - 1, SIGN, 2, INK);
        canvas.fill(canvas.width() - SIGN, middle - 1, SIGN, 2, INK);
        canvas.fill(canvas.width() - SIGN / 2 - 2, middle - SIGN / 2 - 1, 2, SIGN, INK);
        canvas.fill(canvas.width() / 2, top, 1, BAR, INK);
    }

    private static int shaded(int color, double light) {
        int shaded = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            shaded |= (int) Math.rint((color >> shift & 0xFF) * light) << shift;
        }
        return shaded;
    }
}
