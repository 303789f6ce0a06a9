package io.github.shufflenet4j.kernel;

/**
 * The weights of a 3x3 depthwise convolution, packed for {@link ChannelsLastKernels}: for each vector of channels the
 * biases, then nine rows of weights.
 */
public final class DepthwiseWeights {

    static final int TAPS = 9;

    final int lanes;
    final float[] data;
    private final int vectors;

    private DepthwiseWeights(int lanes, float[] data, int vectors) {
        this.lanes = lanes;
        this.data = data;
        this.vectors = vectors;
    }

    /**
     * Packs weights.
     *
     * @param lanes   of the kernels that use them
     * @param weights {@code [channels, 3, 3]}
     * @param bias    one for each channel
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static DepthwiseWeights pack(int lanes, float[] weights, float[] bias) {
        int channels = bias.length;
        if (lanes < 1 || channels < 1 || weights.length != (long) TAPS * channels) {
            throw new IllegalArgumentException(
                "lanes " + lanes + ", " + weights.length + " weights for " + channels + " channels");
        }
        int vectors = (channels + lanes - 1) / lanes;
        float[] data = new float[(TAPS + 1) * vectors * lanes];
        for (int channel = 0; channel < channels; channel++) {
            int at = at(lanes, channel / lanes) + channel % lanes;
            data[at] = bias[channel];
            for (int tap = 0; tap < TAPS; tap++) {
                data[at + (tap + 1) * lanes] = weights[channel * TAPS + tap];
            }
        }
        return new DepthwiseWeights(lanes, data, vectors);
    }

    /** Channels, rounded up to whole vectors. */
    public int paddedChannels() {
        return vectors * lanes;
    }

    /** Number of vectors of channels. */
    public int vectors() {
        return vectors;
    }

    int at(int vector) {
        return at(lanes, vector);
    }

    private static int at(int lanes, int vector) {
        return vector * (TAPS + 1) * lanes;
    }
}
