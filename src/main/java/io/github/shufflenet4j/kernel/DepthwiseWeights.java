package io.github.shufflenet4j.kernel;

/**
 * The weights of a 3x3 depthwise convolution, packed for {@link ChannelsLastKernels}.
 *
 * @param lanes   of the kernels that use them
 * @param vectors vectors of channels
 * @param data    for each vector of channels the biases, then nine rows of weights
 */
public record DepthwiseWeights(int lanes, int vectors, float[] data) {

    private static final int TAPS = 9;

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
        int vectors = Rounding.ceilDiv(channels, lanes);
        DepthwiseWeights packed = new DepthwiseWeights(lanes, vectors, new float[(TAPS + 1) * vectors * lanes]);
        for (int channel = 0; channel < channels; channel++) {
            int at = packed.at(channel / lanes) + channel % lanes;
            packed.data[at] = bias[channel];
            for (int tap = 0; tap < TAPS; tap++) {
                packed.data[at + (tap + 1) * lanes] = weights[channel * TAPS + tap];
            }
        }
        return packed;
    }

    /** Channels, rounded up to whole vectors. */
    public int paddedChannels() {
        return vectors * lanes;
    }

    /** Where the weights of a vector of channels begin. */
    public int at(int vector) {
        return vector * (TAPS + 1) * lanes;
    }
}
