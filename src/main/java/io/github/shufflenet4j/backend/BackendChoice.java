package io.github.shufflenet4j.backend;

/** What to compute on, as a user says it. */
public enum BackendChoice {
    /** CUDA where it can be used, else the CPU. */
    AUTO,
    /** The CPU, whatever else there is. */
    CPU,
    /** CUDA, or not at all. */
    CUDA
}
