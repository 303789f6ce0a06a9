package io.github.shufflenet4j.guidelines;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Times tasks against each other. Each is warmed up first; then all of them are timed in rounds, each round in another
 * order, so that what the machine does beside, or in its own time, falls on all of them alike. A time is that of as many
 * runs as take some milliseconds, by one of them.
 *
 * @param budget    how long the rounds may take
 * @param warmUp    how long each task runs beforehand
 * @param minRounds rounds that are run whatever they take
 */
record Race(Duration budget, Duration warmUp, int minRounds) {

    /** Short enough for a round of many tasks, long enough to be alone with its cache for most of it. */
    private static final long SAMPLE_NANOS = 4_000_000;
    private static final int MAX_ROUNDS = 400;

    /** The times of all tasks, in seconds a run: {@code [round][task]}. */
    Times run(List<Runnable> tasks) {
        int[] runs = tasks.stream().mapToInt(this::warm).toArray();
        List<Integer> order = new ArrayList<>(IntStream.range(0, tasks.size()).boxed().toList());
        Random random = new Random(tasks.size());
        List<double[]> rounds = new ArrayList<>();
        long start = System.nanoTime();
        while (rounds.size() < minRounds
                || rounds.size() < MAX_ROUNDS && System.nanoTime() - start < budget.toNanos()) {
            Collections.shuffle(order, random);
            double[] round = new double[tasks.size()];
            for (int task : order) {
                round[task] = time(tasks.get(task), runs[task]);
            }
            rounds.add(round);
        }
        return new Times(rounds.toArray(double[][]::new));
    }

    /** Runs a task until it is warm, and gives how many runs make a sample. */
    private int warm(Runnable task) {
        long start = System.nanoTime();
        double fastest = Double.POSITIVE_INFINITY;
        do {
            fastest = Math.min(fastest, time(task, 1));
        } while (System.nanoTime() - start < warmUp.toNanos());
        return (int) Math.max(1, Math.ceil(SAMPLE_NANOS / 1e9 / fastest));
    }

    private static double time(Runnable task, int runs) {
        long start = System.nanoTime();
        for (int run = 0; run < runs; run++) {
            task.run();
        }
        return (System.nanoTime() - start) / 1e9 / runs;
    }
}
