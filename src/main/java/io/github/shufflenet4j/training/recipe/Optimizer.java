package io.github.shufflenet4j.training.recipe;

/** The optimizer. */
public enum Optimizer {
    /** SGD with momentum: PyTorch's {@code SGD}. */
    MOMENTUM,
    /** SGD with Nesterov momentum: PyTorch's {@code SGD(nesterov=True)}. */
    NESTEROV
}
