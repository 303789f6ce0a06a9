package io.github.shufflenet4j.model.architecture;

/**
 * Squeeze and excitation (Hu, Shen and Sun, 2017): each channel is multiplied by a factor that two fully connected
 * layers work out of the means of all channels.
 *
 * @param reduction  how many times narrower the layer between is than its input, at least 1
 * @param normalised whether batch norm takes the place of the layers' biases
 * @param gate       what makes factors of the second layer's outputs
 */
public record SqueezeExcitation(int reduction, boolean normalised, Nonlinearity gate) {

    /** @throws IllegalArgumentException if {@code reduction} is below 1 */
    public SqueezeExcitation {
        if (reduction < 1) {
            throw new IllegalArgumentException("reduction must be at least 1, got " + reduction);
        }
    }

    /** As Hu, Shen and Sun have it, with biases and a sigmoid. */
    public static SqueezeExcitation plain(int reduction) {
        return new SqueezeExcitation(reduction, false, Nonlinearity.SIGMOID);
    }

    /** As the authors of ShuffleNet V2+ have it, with batch norm and a hard sigmoid. */
    public static SqueezeExcitation hard(int reduction) {
        return new SqueezeExcitation(reduction, true, Nonlinearity.HARD_SIGMOID);
    }
}
