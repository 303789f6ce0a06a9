package io.github.shufflenet4j.training.step;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps of a network, one after another, each from the micro-batches of a batch; batch norm sees one at a time. */
interface Step extends AutoCloseable {

    /**
     * Adds a micro-batch.
     *
     * @param features [N, channels, height, width]
     * @param targets  class probabilities, [N, classes]
     */
    void add(INDArray features, INDArray targets);

    /** Takes the step from the micro-batches added, at least one. */
    StepResult apply();

    /** Releases threads; the network stays as it is. */
    @Override
    void close();
}
