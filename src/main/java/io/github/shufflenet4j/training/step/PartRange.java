package io.github.shufflenet4j.training.step;

import java.util.stream.IntStream;

/**
 * Which of an update's micro-batches one of several workers computes.
 *
 * @param from  the first, from 0
 * @param to    the end
 * @param parts micro-batches of an update
 */
public record PartRange(int from, int to, int parts) {

    /** All of them. */
    static PartRange all(int parts) {
        return new PartRange(0, parts, parts);
    }

    /** A worker's, as even as can be. */
    public static PartRange of(int worker, int workers, int parts) {
        return new PartRange((int) ((long) worker * parts / workers), (int) ((worker + 1L) * parts / workers), parts);
    }

    /** Their number. */
    public int size() {
        return to - from;
    }

    /** Their numbers in the epoch, in the updates from one to the end. */
    int[] batches(int firstStep, int endStep) {
        return IntStream.range(firstStep, endStep)
                .flatMap(step -> IntStream.range(step * parts + from, step * parts + to)).toArray();
    }
}
