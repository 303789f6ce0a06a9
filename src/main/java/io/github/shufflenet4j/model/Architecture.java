package io.github.shufflenet4j.model;

/**
 * The form of a network that classifies images: what {@link ZooNetwork} makes a DL4J zoo model of. Those of this
 * package are rows of tables, and {@link Networks} lists them all; others can be written of the same parts.
 */
public interface Architecture {

    /** The side of the square images that most networks are made for. */
    int USUAL_IMAGE_SIZE = 224;

    /** A name of small letters, digits and underscores, such as {@code mobilenet_v2_x1_0}. */
    String networkName();

    /** What the network's source says of it. */
    Published published();

    /** Side, in pixels, of the square images that the published figures are for; default 224. */
    default int imageSize() {
        return USUAL_IMAGE_SIZE;
    }

    /**
     * Puts all layers but the head behind an image.
     *
     * @return what the classifier sees, after global average pooling if it is not a vector already
     */
    Node features(Node image);

    /** Whether the classifier has a bias; default true. */
    default boolean classifierBias() {
        return true;
    }

    /** Share of the classifier's inputs that training drops; default 0. */
    default double dropout() {
        return 0;
    }
}
