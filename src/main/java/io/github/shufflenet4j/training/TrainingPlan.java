package io.github.shufflenet4j.training;

import java.util.Optional;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * What a run is about to do.
 *
 * @param variant          width of the network
 * @param classes          number of classes
 * @param trainImages      training images
 * @param validationImages validation images
 * @param epochs           passes over the training images
 * @param stepsPerEpoch    steps in each
 * @param learningRate     peak learning rate
 * @param head             what became of the starting weights' classifier; empty if there are none, or if the run is
 *                         resumed
 */
public record TrainingPlan(ShuffleNetV2Variant variant, int classes, int trainImages, int validationImages,
                           int epochs, int stepsPerEpoch, double learningRate, Optional<StartingHead> head) {
}
