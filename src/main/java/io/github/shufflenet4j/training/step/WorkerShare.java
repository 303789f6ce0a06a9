package io.github.shufflenet4j.training.step;

import java.util.stream.IntStream;

/**
 * A worker's share of a number of batches, such as the micro-batches of a step.
 *
 * @param from  first batch, from 0
 * @param to    last batch, exclusive
 * @param total number of batches
 */
public record WorkerShare(int from, int to, int total) {

    public static WorkerShare all(int total) {
        return new WorkerShare(0, total, total);
    }

    /** The share of a worker, from 0; shares differ by one batch at most. */
    public static WorkerShare of(int worker, int workers, int total) {
        return new WorkerShare((int) ((long) worker * total / workers), (int) ((worker + 1L) * total / workers), total);
    }

    /** Number of batches in the share. */
    public int size() {
        return to - from;
    }

    /** Numbers within the epoch of the share's micro-batches, for a range of steps. */
    int[] batches(int fromStep, int toStep) {
        return IntStream.range(fromStep, toStep)
                .flatMap(step -> IntStream.range(step * total + from, step * total + to)).toArray();
    }
}
