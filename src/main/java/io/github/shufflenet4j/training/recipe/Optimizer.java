package io.github.shufflenet4j.training.recipe;

/** How gradients become steps. */
public enum Optimizer {
    /** Plain momentum: PyTorch's {@code SGD}. */
    MOMENTUM,
    /** Nesterov's momentum: PyTorch's {@code SGD(nesterov=True)}. */
    NESTEROV
}
