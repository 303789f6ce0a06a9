package io.github.shufflenet4j.training;

import java.util.Optional;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * Overview of a run before it starts.
 *
 * @param variant          width of the network
 * @param classes          number of classes
 * @param trainImages      number of training images
 * @param validationImages number of validation images
 * @param length           epochs and steps
 * @param learningRate     peak learning rate
 * @param classifier       origin of the classifier; empty for random weights, or if the run is resumed
 */
public record TrainingPlan(ShuffleNetV2Variant variant, int classes, int trainImages, int validationImages,
                           RunLength length, double learningRate, Optional<Classifier> classifier) {

    /** What becomes of the classifier of the starting weights. */
    public enum Classifier {
        /** Kept: its classes are those of the data, in the same order. */
        KEPT,
        /** Kept: it has as many classes as the data, whose names the weights do not tell. */
        KEPT_UNCHECKED,
        /** Its outputs are put into the order of the data's classes, which are the same. */
        REORDERED,
        /** Replaced by a new one with random weights: it is for other classes, or the recipe asks for it. */
        REPLACED,
        /** Replaced by a linear probe: a logistic regression on the features of the weights. */
        PROBED
    }
}
