package io.github.shufflenet4j.serving;

import java.util.List;

import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.transform.CropArea;
import io.github.shufflenet4j.explain.Overlay;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.Explanation;

/**
 * An {@link Explanation} without the photo's pixels.
 *
 * @param width  of the photo, upright, in pixels
 * @param height of the photo
 * @param crop   the part of it that the network saw, and over which the maps lie
 * @param maps   of the most probable classes, with their pictures
 */
public record Evidence(int width, int height, CropArea crop, List<DrawnMap> maps) {

    /**
     * A map.
     *
     * @param overlay PNG file of the map over the photo
     */
    public record DrawnMap(ClassActivationMap map, byte[] overlay) {
    }

    /** Copies the list. */
    public Evidence {
        maps = List.copyOf(maps);
    }

    static Evidence of(Explanation explanation) {
        Overlay overlay = new Overlay();
        return new Evidence(explanation.image().width(), explanation.image().height(), explanation.crop(),
                explanation.maps().stream().map(map -> new DrawnMap(map,
                        ImageEncoder.png(overlay.draw(explanation, map)))).toList());
    }
}
