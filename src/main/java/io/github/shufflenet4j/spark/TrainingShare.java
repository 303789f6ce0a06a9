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
import io.github.shufflenet4j.training.step.EpochUpdates;
import io.github.shufflenet4j.training.step.PartRange;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;

/**
 * A worker's share of a round of updates: the network that it gets, updated by its images alone. A pure function, which
 * Spark may call again wherever it likes.
 */
final class TrainingShare implements Function<Integer, TrainingShare.Result> {

    private static final long serialVersionUID = 1L;

    /**
     * What came of it.
     *
     * @param state  the network; null if the worker had no image to update it by
     * @param steps  its updates, in order
     * @param broken images that it skipped
     */
    record Result(NetworkState state, List<StepResult> steps, List<BrokenImage> broken) implements Serializable {

        /** Images that the network was updated by. */
        int images() {
            return steps.stream().mapToInt(StepResult::images).sum();
        }
    }

    private final Broadcast<Job> job;
    private final Broadcast<NetworkState> start;
    private final int epoch;
    private final int step;
    private final int end;

    /**
     * @param start the network that all workers start from
     * @param epoch whose images it gets, from 0
     * @param step  the first update of the round, within the epoch
     * @param end   of its updates
     */
    TrainingShare(Broadcast<Job> job, Broadcast<NetworkState> start, int epoch, int step, int end) {
        this.job = job;
        this.start = start;
        this.epoch = epoch;
        this.step = step;
        this.end = end;
    }

    @Override
    public Result call(Integer worker) throws IOException {
        TrainingTask task = job.value().task();
        PartRange parts = PartRange.of(worker, job.value().workers(), task.length().microBatches());
        if (parts.size() == 0) {
            // A data set smaller than a batch has fewer micro-batches.
            return new Result(null, Collections.nCopies(end - step, StepResult.NONE), List.of());
        }
        ComputationGraph network = NetworkPool.take(job.value());
        start.value().copyTo(network);
        List<StepResult> steps = new ArrayList<>();
        List<BrokenImage> broken;
        try (EpochUpdates updates = new EpochUpdates(task, network, epoch, step, end, parts, Workers.shared().size())) {
            for (int i = step; i < end; i++) {
                steps.add(updates.next());
            }
            broken = List.copyOf(updates.broken());
        }
        boolean updated = steps.stream().anyMatch(result -> result.images() > 0);
        Result result = new Result(updated ? NetworkState.of(network) : null, steps, broken);
        NetworkPool.giveBack(job.value(), network);
        return result;
    }
}
