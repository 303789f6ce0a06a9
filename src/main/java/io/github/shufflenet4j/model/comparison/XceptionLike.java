package io.github.shufflenet4j.model.comparison;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * The light Xception that the ShuffleNet V2 paper compares with, of the widths of Li et al. (Light-Head R-CNN, 2017,
 * arXiv 1711.07264): {@link ShuffleNetV1}'s unit with one group, which its authors call Xception-like. The widths of
 * the paper's x0.15, x1.0 and x1.5 are not published.
 */
public enum XceptionLike implements Architecture {

    X0_6;

    private static final int CONV1_CHANNELS = 24;
    private static final int STAGE2_CHANNELS = 144;

    @Override
    public NetworkTraits traits() {
        return NetworkTraits.of("xception_like", this,
                Published.of(Published.NOT_GIVEN, Published.NOT_GIVEN, "34.1", ShuffleNetV2Variant.PAPER));
    }

    @Override
    public Node features(Node image) {
        return ShuffleNetV1.features(image, CONV1_CHANNELS, STAGE2_CHANNELS, 1);
    }
}
