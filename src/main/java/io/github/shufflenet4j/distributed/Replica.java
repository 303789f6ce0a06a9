package io.github.shufflenet4j.distributed;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.kernel.Workers;
import io.github.shufflenet4j.training.EpochGradients;
import io.github.shufflenet4j.training.PartRange;
import io.github.shufflenet4j.training.TrainingTask;

/**
 * A worker's network and what it holds back, as they are after the worker computed the gradient of an update and before
 * anybody is moved by it. That is a function of the network and of what the worker held back at the start of the round,
 * and of what was exchanged since: what an executor keeps of it saves time and changes nothing.
 */
final class Replica implements Closeable {

    private static final int NOTHING = -1;

    private final Job job;
    private final int worker;
    private final ComputationGraph network;
    private final ErrorFeedback feedback;
    /** Of the round that the replica is in, and null outside. */
    private EpochGradients gradients;
    private int computed = NOTHING;
    private List<BrokenImage> broken = List.of();

    Replica(Job job, int worker) {
        this.job = job;
        this.worker = worker;
        this.network = job.network();
        this.feedback = new ErrorFeedback(Math.toIntExact(network.numParams()));
    }

    int worker() {
        return worker;
    }

    /** The last update whose gradient it has computed. */
    int computed() {
        return computed;
    }

    /** What it sends in an update of a round, whatever it did before. */
    GradientMessage compute(GradientRound round, int update, Exchanges exchanges) throws IOException {
        boolean goesOn = computed >= round.number() - 1 && computed < update && exchanges.has(computed);
        int next = goesOn ? computed + 1 : round.number();
        if (goesOn) {
            exchanges.of(computed).applyTo(network);
        }
        if (!goesOn) {
            takeHeld(round);
        }
        if (next == round.number()) {
            begin(round);
        }
        GradientMessage message = send(round, next);
        while (next < update) {
            exchanges.of(next).applyTo(network);
            next++;
            message = send(round, next);
        }
        return message;
    }

    private void takeHeld(GradientRound round) {
        if (round.held().isEmpty()) {
            feedback.clear();
        } else {
            feedback.hold(round.held().get(worker).value());
        }
    }

    private void begin(GradientRound round) throws IOException {
        close();
        if (NetworkState.of(network).fingerprint() != round.fingerprint()) {
            round.start().value().copyTo(network);
        }
        network.getConfiguration().setEpochCount(round.epochsDone());
        TrainingTask task = job.task();
        gradients = new EpochGradients(task, network, round.epoch(), round.step(), round.end(),
                PartRange.of(worker, job.workers(), task.length().microBatches()), Workers.shared().size());
    }

    private GradientMessage send(GradientRound round, int update) throws IOException {
        GradientMessage message =
                feedback.send(gradients.next(), GradientSegment.of(network), round.density());
        computed = update;
        broken = List.copyOf(gradients.broken());
        if (round.isLast(update)) {
            close();
        }
        return message;
    }

    /** A copy of what it holds back. */
    float[] held() {
        return feedback.held();
    }

    /** The images that it skipped in the round so far, or will skip; all of them after its last update. */
    List<BrokenImage> broken() {
        return broken;
    }

    /** Lets the round's images go. */
    @Override
    public void close() {
        if (gradients != null) {
            gradients.close();
            gradients = null;
        }
    }
}
