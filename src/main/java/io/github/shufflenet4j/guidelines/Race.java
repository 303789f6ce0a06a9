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
import java.util.stream.IntStream;

/**
 * Times tasks against each other. All are warmed up first, until the Java compiler has nothing more to do; then they are
 * timed in rounds, each round in another order, so that what the machine does beside, or in its own time, falls on all of
 * them alike. The time of a task in a round is that of the fastest of some runs, as the others waited for somebody.
 *
 * @param budget    how long the rounds may take
 * @param warmUp    how long each task runs beforehand at a time
 * @param minRounds rounds that are run whatever they take
 * @param clock     nanoseconds, see {@link #clock}
 */
record Race(Duration budget, Duration warmUp, int minRounds, LongSupplier clock) {

    private static final int MAX_WARM_UPS = 6;
    /** What the runs of a task in a round take, at least. */
    private static final long SAMPLE_NANOS = 4_000_000;
    private static final int MIN_RUNS = 2;
    private static final int MAX_ROUNDS = 400;

    /**
     * The clock for tasks on that many threads. What one thread computes is timed by its own processor time, which stands
     * still while another process has the core; on an idle machine that is the same as the time on the wall.
     */
    static LongSupplier clock(int threads) {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        return threads == 1 && bean.isCurrentThreadCpuTimeSupported()
                ? bean::getCurrentThreadCpuTime : System::nanoTime;
    }

    /** The times of all tasks. */
    Times run(List<Runnable> tasks) {
        int[] runs = warm(tasks);
        List<Integer> order = new ArrayList<>(IntStream.range(0, tasks.size()).boxed().toList());
        Random random = new Random(tasks.size());
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
        return new Times(rounds.toArray(double[][]::new));
    }

    /** Runs all tasks until they are warm, and gives how many runs each of them makes in a round. */
    private int[] warm(List<Runnable> tasks) {
        int[] runs = new int[tasks.size()];
        long compiled;
        int passes = 0;
        do {
            compiled = compilationMillis();
            for (int task = 0; task < tasks.size(); task++) {
                runs[task] = warm(tasks.get(task));
            }
            passes++;
        } while (passes < MAX_WARM_UPS && compilationMillis() > compiled);
        return runs;
    }

    private int warm(Runnable task) {
        long start = System.nanoTime();
        long fastest = Long.MAX_VALUE;
        do {
            fastest = Math.min(fastest, fastest(task, 1));
        } while (System.nanoTime() - start < warmUp.toNanos());
        return (int) Math.max(MIN_RUNS, SAMPLE_NANOS / Math.max(1, fastest));
    }

    private static long compilationMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime() : 0;
    }

    private long fastest(Runnable task, int runs) {
        long fastest = Long.MAX_VALUE;
        for (int run = 0; run < runs; run++) {
            long start = clock.getAsLong();
            task.run();
            fastest = Math.min(fastest, clock.getAsLong() - start);
        }
        return fastest;
    }
}
