package io.github.shufflenet4j.model.architecture;

import org.apache.commons.lang3.Validate;

/**
 * Squeeze and excitation (Hu, Shen and Sun, 2017): each channel is multiplied by a factor that two fully connected
 * layers compute from the means of all channels.
 *
 * @param reduction  ratio of the input's channels to those of the first layer, at least 1
 * @param normalised whether batch norm takes the place of the layers' biases
 * @param gate       activation function of the second layer
 */
public record SqueezeExcitation(int reduction, boolean normalised, Nonlinearity gate) {

    public SqueezeExcitation {
        Validate.isTrue(reduction >= 1, "reduction must be at least 1, got %s", reduction);
    }

    /** The form of Hu, Shen and Sun, with biases and a sigmoid. */
    public static SqueezeExcitation plain(int reduction) {
        return new SqueezeExcitation(reduction, false, Nonlinearity.SIGMOID);
    }

    /** The form of ShuffleNet V2+, with batch norm and a hard sigmoid. */
    public static SqueezeExcitation hard(int reduction) {
        return new SqueezeExcitation(reduction, true, Nonlinearity.HARD_SIGMOID);
    }
}
