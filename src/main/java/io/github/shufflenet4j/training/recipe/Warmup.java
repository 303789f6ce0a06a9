package io.github.shufflenet4j.training.recipe;

/** Shape of the learning rate's warm-up. */
public enum Warmup {
    /** A straight line up to the full rate. */
    LINEAR,
    /** A constant share of the full rate. */
    CONSTANT
}
