package io.github.shufflenet4j.explain;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.image.Mask;
import io.github.shufflenet4j.data.transform.CropArea;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.Explanation;

/**
 * Measures whether class activation maps point at objects, given masks of them. In the pointing game (Zhang et al.
 * 2018, arXiv 1608.00507) a map scores if its largest value lies on the object; the point is the centre of the cell
 * with that value, where a bilinearly enlarged map has its maximum too. The energy (Wang et al. 2020, arXiv 1910.01279)
 * is the share of the enlarged map's positive values that lies on the object.
 */
public final class PointingGame {

    private int images;
    private int hits;
    private int centerHits;
    private double energy;
    private double area;

    /**
     * Shares of images, or means over them, from 0 to 1.
     *
     * @param images     number of images
     * @param hits       share of maps whose largest value lies on the object
     * @param centerHits share of images whose input has its centre on the object
     * @param energy     mean share of the maps' positive values on the object
     * @param area       mean share of the object in the input: hits and energy of maps without relation to it
     */
    public record Result(int images, double hits, double centerHits, double energy, double area) {
    }

    /**
     * Adds a map.
     *
     * @param explanation of an image
     * @param map         its map of the object's class
     * @param mask        the object, some of which must be in the input
     * @throws IllegalArgumentException if the mask has another size than the image, or is empty in the input
     */
    public void add(Explanation explanation, ClassActivationMap map, Mask mask) {
        Validate.isTrue(mask.width() == explanation.image().width() && mask.height() == explanation.image().height(),
                "a mask of %sx%s pixels for an image of %sx%s", mask.width(), mask.height(),
                explanation.image().width(), explanation.image().height());
        CropArea crop = explanation.crop();
        int seen = 0;
        int on = 0;
        double positive = 0;
        double positiveOn = 0;
        for (int y = first(crop.y()); y < Math.min(mask.height(), end(crop.y() + crop.height())); y++) {
            for (int x = first(crop.x()); x < Math.min(mask.width(), end(crop.x() + crop.width())); x++) {
                double value = Math.max(0, map.at((x + 0.5 - crop.x()) / crop.width(),
                        (y + 0.5 - crop.y()) / crop.height()));
                boolean inside = mask.contains(x, y);
                seen++;
                on += inside ? 1 : 0;
                positive += value;
                positiveOn += inside ? value : 0;
            }
        }
        Validate.isTrue(on > 0, "nothing of the object is in the network's input");
        images++;
        hits += isAt(mask, crop, (map.peak() % map.width() + 0.5) / map.width(),
                (map.peak() / map.width() + 0.5) / map.height());
        centerHits += isAt(mask, crop, 0.5, 0.5);
        energy += positive > 0 ? positiveOn / positive : 0;
        area += (double) on / seen;
    }

    private static int isAt(Mask mask, CropArea crop, double x, double y) {
        return mask.contains((int) Math.floor(crop.x() + x * crop.width()),
                (int) Math.floor(crop.y() + y * crop.height())) ? 1 : 0;
    }

    /** The first pixel whose centre lies behind an edge. */
    private static int first(double edge) {
        return Math.max(0, end(edge));
    }

    private static int end(double edge) {
        return (int) Math.ceil(edge - 0.5);
    }

    /**
     * The result so far.
     *
     * @throws IllegalStateException without any map
     */
    public Result result() {
        Validate.validState(images > 0, "no map was added");
        return new Result(images, (double) hits / images, (double) centerHits / images, energy / images,
                area / images);
    }
}
