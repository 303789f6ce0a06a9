package io.github.shufflenet4j.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parts of the network between image and classifier, in order; each takes the output of the one before and has the
 * name of its output in torchvision.
 */
public enum NetworkPart {

    /** The first convolution, and the max pooling behind it. */
    CONV1(4),
    /** The units {@code stage2.0} to {@code stage2.3}. */
    STAGE2(8),
    /** The units {@code stage3.0} to {@code stage3.7}. */
    STAGE3(16),
    /** The units {@code stage4.0} to {@code stage4.3}. */
    STAGE4(32),
    /** The last convolution, and the global average pooling behind it. */
    CONV5(32);

    private final int reduction;

    NetworkPart(int reduction) {
        this.reduction = reduction;
    }

    /** Ratio of the image's height and width to those of its output. */
    public int reduction() {
        return reduction;
    }

    /** Its name, such as {@code stage2}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The part of that name.
     *
     * @throws IllegalArgumentException if there is none; the message names all
     */
    public static NetworkPart of(String label) {
        return Arrays.stream(values()).filter(part -> part.label().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no part '" + label + "', but " + labels()));
    }

    /** The names of all parts, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(NetworkPart::label).collect(Collectors.joining(", "));
    }

    /** The part of a vertex of {@link ShuffleNetV2}; empty for the classifier and for unknown vertices. */
    public static Optional<NetworkPart> ofVertex(String vertex) {
        String head = switch (vertex) {
            case ShuffleNetV2.MAXPOOL -> ShuffleNetV2.CONV1;
            case ShuffleNetV2.POOL -> ShuffleNetV2.CONV5;
            default -> vertex.replaceFirst("\\..*", "");
        };
        return Arrays.stream(values()).filter(part -> part.label().equals(head)).findFirst();
    }
}
