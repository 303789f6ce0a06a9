package io.github.shufflenet4j.model.architecture;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

import io.github.shufflenet4j.layer.HardSigmoid;
import io.github.shufflenet4j.layer.HardSwish;

/** The activation functions that the networks use. */
public enum Nonlinearity {

    /** x */
    IDENTITY(new ActivationIdentity()),
    /** max(x, 0) */
    RELU(new ActivationReLU()),
    /** min(max(x, 0), 6) */
    RELU6(new ActivationReLU6()),
    /** 1 / (1 + exp(-x)) */
    SIGMOID(new ActivationSigmoid()),
    /** min(max(x + 3, 0), 6) / 6 */
    HARD_SIGMOID(new HardSigmoid()),
    /** x min(max(x + 3, 0), 6) / 6 */
    HARD_SWISH(new HardSwish());

    private final IActivation function;

    Nonlinearity(IActivation function) {
        this.function = function;
    }

    /** DL4J's function, which has no state. */
    IActivation function() {
        return function;
    }
}
