package io.github.shufflenet4j.guidelines;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Times tasks against each other. All are warmed up first, until the Java compiler has nothing more to do; then they
 * are timed in rounds, each round in another order, so that what the machine does beside, or in its own time, falls on
 * all of them alike. The time of a task in a round is that of the fastest of some runs, as the others waited for
 * somebody. Now and then the tasks are made anew: where in memory they lie makes a difference that is none of theirs.
 *
 * @param heats     how often the tasks are made
 * @param budget    how long the rounds of a heat may take
 * @param warmUp    how long each task runs beforehand at a time
 * @param minRounds rounds of a heat that are run whatever they take
 * @param clock     nanoseconds, see {@link #clock}
 */
record Race(int heats, Duration budget, Duration warmUp, int minRounds, LongSupplier clock) {

    private static final int MAX_WARM_UPS = 6;
    /** What the runs of a task in a round take, at least. */
    private static final long SAMPLE_NANOS = 4_000_000;
    private static final int MIN_RUNS = 2;
    private static final int MAX_ROUNDS = 100;

    /** What is timed. */
    @FunctionalInterface
    interface Task extends Runnable, AutoCloseable {

        /** Frees what it holds, at the end of its heat. */
        @Override
        default void close() {
        }
    }

    /**
     * The clock for tasks on that many threads. What one thread computes is timed by its own processor time, which
     * stands still while another process has the core; on an idle machine that is the same as the time on the wall.
     */
    static LongSupplier clock(int threads) {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        return threads == 1 && bean.isCurrentThreadCpuTimeSupported()
                ? bean::getCurrentThreadCpuTime : System::nanoTime;
    }

    /** The times of all tasks, in the rounds of all heats. */
    Times run(Supplier<? extends List<? extends Task>> maker) {
        List<double[]> rounds = new ArrayList<>();
        Random random = new Random(heats);
        for (int heat = 0; heat < heats; heat++) {
            List<? extends Task> tasks = maker.get();
            try {
                rounds.addAll(rounds(tasks, heat == 0 ? warm(tasks) : runs(tasks, Duration.ZERO), random));
            } finally {
                tasks.forEach(Task::close);
            }
        }
        return new Times(rounds.toArray(double[][]::new));
    }

    private List<double[]> rounds(List<? extends Task> tasks, int[] runs, Random random) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, tasks.size()).boxed().toList());
        List<double[]> rounds = new ArrayList<>();
        long start = System.nanoTime();
        while (rounds.size() < minRounds
                || rounds.size() < MAX_ROUNDS && System.nanoTime() - start < budget.toNanos()) {
            Collections.shuffle(order, random);
            double[] round = new double[tasks.size()];
            for (int task : order) {
                round[task] = fastest(tasks.get(task), runs[task]) / 1e9;
            }
            rounds.add(round);
        }
        return rounds;
    }

    /** Runs all tasks until they are warm, and gives how many runs each of them makes in a round. */
    private int[] warm(List<? extends Task> tasks) {
        int[] runs;
        long compiled;
        int passes = 0;
        do {
            compiled = compilationMillis();
            runs = runs(tasks, warmUp);
            passes++;
        } while (passes < MAX_WARM_UPS && compilationMillis() > compiled);
        return runs;
    }

    private int[] runs(List<? extends Task> tasks, Duration each) {
        return tasks.stream().mapToInt(task -> runs(task, each)).toArray();
    }

    private int runs(Task task, Duration atLeast) {
        long start = System.nanoTime();
        long fastest = Long.MAX_VALUE;
        do {
            fastest = Math.min(fastest, fastest(task, 1));
        } while (System.nanoTime() - start < atLeast.toNanos());
        return (int) Math.max(MIN_RUNS, SAMPLE_NANOS / Math.max(1, fastest));
    }

    private static long compilationMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime() : 0;
    }

    private long fastest(Task task, int runs) {
        long fastest = Long.MAX_VALUE;
        for (int run = 0; run < runs; run++) {
            long start = clock.getAsLong();
            task.run();
            fastest = Math.min(fastest, clock.getAsLong() - start);
        }
        return fastest;
    }
}
