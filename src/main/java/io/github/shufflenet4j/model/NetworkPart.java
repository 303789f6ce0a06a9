package io.github.shufflenet4j.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parts of the network between image and classifier, in order. Each takes the output of the one before; a part is
 * called by the name of its output in torchvision.
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

    /** How many pixels of the image, in height and in width, one of its output stands for. */
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

    /** The part that a vertex of {@link ShuffleNetV2} belongs to; empty for the classifier and for strangers. */
    static Optional<NetworkPart> ofVertex(String vertex) {
        String head = switch (vertex) {
            case ShuffleNetV2.MAXPOOL -> ShuffleNetV2.CONV1;
            case ShuffleNetV2.POOL -> ShuffleNetV2.CONV5;
            default -> vertex.replaceFirst("\\..*", "");
        };
        return Arrays.stream(values()).filter(part -> part.label().equals(head)).findFirst();
    }
}
