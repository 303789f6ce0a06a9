package io.github.shufflenet4j.serving;

import java.util.List;
import java.util.Optional;

import io.github.shufflenet4j.inference.Prediction;

/**
 * The classes of an image.
 *
 * @param name        of the upload
 * @param predictions the most probable classes, the most probable first
 * @param evidence    where in the image the evidence for them is, if asked for
 */
public record ImageResult(String name, List<Prediction> predictions, Optional<Evidence> evidence) {

    /** Copies the list. */
    public ImageResult {
        predictions = List.copyOf(predictions);
    }
}
