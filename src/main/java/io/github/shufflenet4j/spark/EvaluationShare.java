package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.evaluation.Tally;
import io.github.shufflenet4j.training.step.WorkerShare;

/** A worker's share of the validation images. A pure function, as {@link TrainingShare} is. */
final class EvaluationShare implements Function<Integer, EvaluationShare.Result> {

    private static final long serialVersionUID = 1L;
    /** The driver counts the unreadable images. */
    private static final double NO_LIMIT = 1;

    record Result(Tally tally, List<BrokenImage> broken) implements Serializable {
    }

    private final Broadcast<Job> job;
    private final Broadcast<NetworkState> state;

    EvaluationShare(Broadcast<Job> job, Broadcast<NetworkState> state) {
        this.job = job;
        this.state = state;
    }

    @Override
    public Result call(Integer worker) throws IOException {
        Job known = job.value();
        ComputationGraph network = known.acquireNetwork();
        state.value().copyTo(network);
        WorkerShare share = WorkerShare.of(worker, known.workers(), Evaluator.batches(known.validation()));
        List<BrokenImage> broken = new ArrayList<>();
        Evaluator evaluator = new Evaluator(known.preprocessing(), Workers.shared().size(), NO_LIMIT);
        Tally tally = evaluator.tally(evaluator.classifier(network), known.validation(),
                IntStream.range(share.from(), share.to()).toArray(), broken);
        known.releaseNetwork(network);
        return new Result(tally, broken);
    }
}
