package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.BrokenImages;
import io.github.shufflenet4j.training.step.StepResult;

/**
 * Parameter averaging: in each round every worker starts from the same network, updates it some times by its own share
 * of each batch, and the networks are averaged, updaters' states included. With one update a round that is the update
 * by the whole batch, computed in parts, because the updaters are linear in the gradient.
 */
final class AveragingRounds {

    private final Cluster cluster;
    private final Broadcast<Job> job;
    private final ComputationGraph network;

    AveragingRounds(Cluster cluster, Broadcast<Job> job, ComputationGraph network) {
        this.cluster = cluster;
        this.job = job;
        this.network = network;
    }

    /**
     * Computes a round. If this fails, the network is as it was.
     *
     * @param epoch  whose images it gets, from 0
     * @param step   its first update, within the epoch
     * @param end    of its updates
     * @param broken takes the images that the workers skipped
     * @return the updates, in order
     */
    List<StepResult> compute(int epoch, int step, int end, BrokenImages broken) throws IOException {
        List<TrainingShare.Result> shares;
        Broadcast<NetworkState> start = cluster.offer(NetworkState.of(network));
        try {
            shares = cluster.run(new TrainingShare(job, start, epoch, step, end));
        } finally {
            start.destroy();
        }
        for (TrainingShare.Result share : shares) {
            broken.add(share.broken());
        }
        List<TrainingShare.Result> updated = shares.stream().filter(share -> share.state() != null).toList();
        if (!updated.isEmpty()) {
            Average.of(updated.stream().map(TrainingShare.Result::state).toList(),
                    updated.stream().mapToDouble(TrainingShare.Result::images).toArray()).copyTo(network);
        }
        return IntStream.range(0, end - step)
                .mapToObj(i -> shares.stream().map(share -> share.steps().get(i))
                        .reduce(StepResult.NONE, StepResult::plus)).toList();
    }
}
