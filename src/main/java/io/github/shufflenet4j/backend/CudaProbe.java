package io.github.shufflenet4j.backend;

/** Finds out whether CUDA can be used. */
@FunctionalInterface
interface CudaProbe {

    /** What there is; does not fail, and does not start ND4J. */
    CudaState probe();
}
