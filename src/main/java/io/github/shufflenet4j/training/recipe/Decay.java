package io.github.shufflenet4j.training.recipe;

/** How the learning rate falls after the warm-up. */
public enum Decay {
    /** Half a cosine down to 0. */
    COSINE,
    /** Straight down to 0. */
    LINEAR,
    /** As a power of the share of the run that is left, down to 0. */
    POLYNOMIAL,
    /** Not at all. */
    CONSTANT
}
