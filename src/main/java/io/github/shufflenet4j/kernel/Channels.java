package io.github.shufflenet4j.kernel;

/**
 * Channels next to each other in NCHW activations.
 *
 * @param first number of the first
 * @param count how many
 * @param of    channels of the activations
 */
record Channels(int first, int count, int of) {

    static Channels all(int count) {
        return new Channels(0, count, count);
    }

    /** The share of one of {@code groups} equal groups. */
    static Channels group(int group, int groups, int of) {
        int count = of / groups;
        return new Channels(group * count, count, of);
    }

    /** Number of the plane of a channel of these in an image. */
    int plane(int image, int channel) {
        return image * of + first + channel;
    }
}
