package io.github.shufflenet4j.kernel;

/**
 * Batch norm and activation of one channel: {@code max((y - mean) * scale + shift, floor)}. The mean is subtracted
 * first, which keeps the digits of a channel whose mean is far from 0.
 *
 * @param mean             of the channel
 * @param inverseDeviation {@code 1 / sqrt(variance + epsilon)}
 * @param scale            gamma over the standard deviation
 * @param shift            beta
 * @param activation       behind it
 */
public record ChannelNorm(float mean, float inverseDeviation, float scale, float shift, Activation activation) {

    public static ChannelNorm of(double mean, double variance, float epsilon, float gamma, float beta,
                                 Activation activation) {
        double inverse = 1 / Math.sqrt(variance + epsilon);
        return new ChannelNorm((float) mean, (float) inverse, (float) (gamma * inverse), beta, activation);
    }

    /** The least value that the activation gives. */
    public float floor() {
        return activation.floor();
    }
}
