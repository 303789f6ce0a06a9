package io.github.shufflenet4j.training.recipe;

/** How the learning rate behaves during the warm-up. */
public enum Warmup {
    /** It rises in a straight line to the full one. */
    LINEAR,
    /** It stays at a share of the full one. */
    CONSTANT
}
