package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.model.NetworkPart;

/**
 * The output of a part of a network for one image.
 *
 * @param part     whose output it is
 * @param channels number of planes
 * @param height   rows of each
 * @param width    columns of each
 * @param values   [channels, height, width]
 */
public record FeatureMap(NetworkPart part, int channels, int height, int width, float[] values) {
}
