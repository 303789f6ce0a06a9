package io.github.shufflenet4j.training.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

import io.github.shufflenet4j.model.NetworkPart;

/**
 * Updates whose parts are computed at once, each by a replica of the network on a thread and, where there are several
 * GPUs, a device of its own. Every replica makes a step from its part, and all go on from the mean of their parameters,
 * batch norm's statistics included, and of their updaters' states. With momentum and L2 regularisation, which are
 * linear, and parts of equal size that is the step that {@link TrainingStep} makes, but for rounding.
 */
final class ParallelStep implements Update {

    private final ComputationGraph network;
    private final Optional<NetworkPart> frozen;
    private final int workers;
    private final List<DataSet> parts = new ArrayList<>();
    private Replicas replicas;

    /**
     * @param frozen  the network's last part that is frozen; empty if none is
     * @param workers replicas, one for each part of a batch
     */
    ParallelStep(ComputationGraph network, Optional<NetworkPart> frozen, int workers) {
        this.network = network;
        this.frozen = frozen;
        this.workers = workers;
        this.replicas = new Replicas(network, frozen, workers);
    }

    @Override
    public void add(INDArray features, INDArray targets) {
        parts.add(new DataSet(features, targets));
    }

    @Override
    public boolean isBegun() {
        return !parts.isEmpty();
    }

    @Override
    public StepResult apply() {
        int images = parts.stream().mapToInt(DataSet::numExamples).sum();
        replicas.fit(new ExistingDataSetIterator(List.copyOf(parts).iterator()));
        if (parts.size() < workers) {
            // A part all of whose images are broken is not there, and a replica without one keeps what it was.
            replicas.end();
            replicas = new Replicas(network, frozen, workers);
        }
        parts.clear();
        return new StepResult(network.score(), images);
    }

    @Override
    public void close() {
        replicas.end();
    }
}
