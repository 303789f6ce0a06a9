package io.github.shufflenet4j.training.recipe;

/** Schedule of the learning rate after the warm-up. */
public enum Decay {
    /** Half a cosine down to 0. */
    COSINE,
    /** A straight line down to 0. */
    LINEAR,
    /** A power of the share of the run that is left, down to 0. */
    POLYNOMIAL,
    /** No decay. */
    CONSTANT
}
