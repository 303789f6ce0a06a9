package io.github.shufflenet4j.inference;

import java.util.List;

import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.transform.CropArea;

/**
 * An image, the classes that it was taken for, and where the evidence for them is.
 *
 * @param image       the whole image, as the classifier reads it: upright, unless EXIF data are ignored
 * @param crop        the part of it that the network saw, and over which the maps lie
 * @param predictions all classes, the most probable first
 * @param maps        of the classes that were asked for, in that order
 */
public record Explanation(RgbImage image, CropArea crop, List<Prediction> predictions,
                          List<ClassActivationMap> maps) {

    /** Copies the lists. */
    public Explanation {
        predictions = List.copyOf(predictions);
        maps = List.copyOf(maps);
    }
}
