package io.github.shufflenet4j.transfer;

/** A function to minimise. */
@FunctionalInterface
interface Objective {

    /**
     * Its value at a point.
     *
     * @param gradient receives the gradient there
     */
    double at(double[] point, double[] gradient);
}
