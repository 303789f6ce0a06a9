package io.github.shufflenet4j.model.architecture;

/**
 * A network that classifies images, described layer by layer: {@code ZooNetwork} builds a DL4J zoo model from it, and
 * {@code Networks} lists those of this library. Others can be written from the same parts.
 */
public interface Architecture {

    /** Its name and other properties beside its layers. */
    NetworkTraits traits();

    /**
     * Puts all layers but the head behind an image.
     *
     * @return the input of the classifier, or of the global average pooling before it if it is not a vector
     */
    Node features(Node image);

    /** A name of small letters, digits and underscores, such as {@code mobilenet_v2_x1_0}. */
    default String networkName() {
        return traits().name();
    }

    /** Its published figures. */
    default Published published() {
        return traits().published();
    }

    /** Side, in pixels, of the square images that the published figures are for. */
    default int imageSize() {
        return traits().imageSize();
    }
}
