package io.github.shufflenet4j.model.comparison;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.shufflenet4j.model.ShuffleNetV2Extended;
import io.github.shufflenet4j.model.ShuffleNetV2Plus;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.Architecture;

/**
 * All networks of this library by name: ShuffleNet V2 in its widths and variants, and those that its paper compares it
 * with.
 *
 * <pre>{@code
 * for (Architecture network : Networks.all()) {
 *     ComputationGraph graph = ZooNetwork.builder(network).build().init();
 * }
 * }</pre>
 */
public final class Networks {

    private static final List<Architecture> ALL = Stream.<Architecture[]>of(ShuffleNetV2Variant.values(),
            ShuffleNetV2Extended.values(), ShuffleNetV2Plus.values(), ShuffleNetV1.values(), MobileNetV1.values(),
            MobileNetV2.values(), XceptionLike.values(), ResNet.values(), DenseNet.values(),
            NasNetA.values(), ShuffleNetV2Split.values())
            .flatMap(Arrays::stream).toList();

    private Networks() {
    }

    /** Every network, family by family. */
    public static List<Architecture> all() {
        return ALL;
    }

    /**
     * The network called {@code name}.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Architecture of(String name) {
        return ALL.stream().filter(network -> network.networkName().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown network '" + name + "': choose one of "
                        + ALL.stream().map(Architecture::networkName).collect(Collectors.joining(", "))));
    }
}
