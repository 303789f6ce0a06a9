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
 * Compares the speed of tasks. After a warm-up, which ends when the JIT compiler is idle, tasks are timed in rounds of
 * random order, so that disturbances fall on all of them alike. A task's time in a round is the least of several runs.
 * Every repetition creates the tasks anew, as their place in memory has an influence on their speed.
 *
 * @param repetitions how often the tasks are created
 * @param budget      time for the rounds of a repetition
 * @param warmUp      time for each task in a pass of the warm-up
 * @param minRounds   rounds of a repetition whatever they take
 * @param clock       nanoseconds, see {@link #clock}
 */
record Benchmark(int repetitions, Duration budget, Duration warmUp, int minRounds, LongSupplier clock) {

    private static final int MAX_WARM_UPS = 6;
    /** Least time for the runs of a task in a round. */
    private static final long SAMPLE_NANOS = 4_000_000;
    private static final int MIN_RUNS = 2;
    private static final int MAX_ROUNDS = 100;

    @FunctionalInterface
    interface Task extends Runnable, AutoCloseable {

        /** Called at the end of the task's repetition. */
        @Override
        default void close() {
        }
    }

    /**
     * The clock for tasks on that many threads: a single thread's processor time, which excludes other processes, else
     * wall time.
     */
    static LongSupplier clock(int threads) {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        return threads == 1 && bean.isCurrentThreadCpuTimeSupported()
                ? bean::getCurrentThreadCpuTime : System::nanoTime;
    }

    /** The times of all rounds of all repetitions. */
    Timings run(Supplier<? extends List<? extends Task>> factory) {
        List<double[]> rounds = new ArrayList<>();
        Random random = new Random(repetitions);
        for (int repetition = 0; repetition < repetitions; repetition++) {
            List<? extends Task> tasks = factory.get();
            try {
                int[] runs = repetition == 0 ? warmUp(tasks) : runs(tasks, Duration.ZERO);
                rounds.addAll(rounds(tasks, runs, random));
            } finally {
                tasks.forEach(Task::close);
            }
        }
        return new Timings(rounds.toArray(double[][]::new));
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

    /** Returns each task's number of runs in a round. */
    private int[] warmUp(List<? extends Task> tasks) {
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
