package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.step.LocalSteps;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.training.step.WorkerShare;

/** A worker's share of a round of steps. A pure function, which Spark may call again anywhere. */
final class TrainingShare implements Function<Integer, TrainingShare.Result> {

    private static final long serialVersionUID = 1L;

    /**
     * Result of a worker.
     *
     * @param state  of the network; null if the worker had no images
     * @param steps  of the round, in order
     * @param broken images that the worker skipped
     */
    record Result(NetworkState state, List<StepResult> steps, List<BrokenImage> broken) implements Serializable {

        int images() {
            return steps.stream().mapToInt(StepResult::images).sum();
        }
    }

    private final Broadcast<Job> job;
    private final Broadcast<NetworkState> start;
    private final int epoch;
    private final int from;
    private final int to;

    /**
     * @param start state of the network before the round
     * @param epoch from 0
     * @param from  first step of the round within the epoch
     * @param to    last step, exclusive
     */
    TrainingShare(Broadcast<Job> job, Broadcast<NetworkState> start, int epoch, int from, int to) {
        this.job = job;
        this.start = start;
        this.epoch = epoch;
        this.from = from;
        this.to = to;
    }

    @Override
    public Result call(Integer worker) throws IOException {
        TrainingTask task = job.value().task();
        WorkerShare share = WorkerShare.of(worker, job.value().workers(), task.length().microBatches());
        if (share.size() == 0) {
            // A data set smaller than a batch has fewer micro-batches.
            return new Result(null, Collections.nCopies(to - from, StepResult.NONE), List.of());
        }
        ComputationGraph network = job.value().acquireNetwork();
        start.value().copyTo(network);
        List<StepResult> results = new ArrayList<>();
        List<BrokenImage> broken;
        try (LocalSteps steps =
                new LocalSteps(task, network, epoch, from, to, share, false, Workers.shared().size())) {
            while (results.size() < to - from) {
                results.addAll(steps.next());
            }
            broken = List.copyOf(steps.broken());
        }
        boolean trained = results.stream().anyMatch(result -> result.images() > 0);
        Result result = new Result(trained ? NetworkState.of(network) : null, results, broken);
        job.value().releaseNetwork(network);
        return result;
    }
}
