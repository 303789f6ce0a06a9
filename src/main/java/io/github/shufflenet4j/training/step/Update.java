package io.github.shufflenet4j.training.step;

import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.model.NetworkPart;

/**
 * Updates of a network, one after another, each from a batch that comes in parts: {@link #add} takes a part,
 * {@link #apply} ends the batch. Batch norm normalises each part by itself.
 */
interface Update extends AutoCloseable {

    /**
     * Updates of {@code network}.
     *
     * @param frozen its last part that is frozen; empty if none is
     * @param parts  of a batch at most, at least 1
     * @param atOnce whether the parts are computed at once, rather than one after another
     */
    static Update of(ComputationGraph network, Optional<NetworkPart> frozen, int parts, boolean atOnce) {
        return atOnce && parts > 1 ? new ParallelStep(network, frozen, parts) : new TrainingStep(network, parts);
    }

    /**
     * Takes a part of a batch.
     *
     * @param features [N, channels, height, width]
     * @param targets  [N, classes]
     */
    void add(INDArray features, INDArray targets);

    /** Whether there is a part of a batch. */
    boolean isBegun();

    /** Updates the network by the parts that there are. */
    StepResult apply();

    /** Ends what works on the updates; the network stays as it is. */
    @Override
    void close();
}
