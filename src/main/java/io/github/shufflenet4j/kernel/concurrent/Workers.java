package io.github.shufflenet4j.kernel.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import io.github.shufflenet4j.check.Checks;

/**
 * A fixed set of threads for short parallel loops. The calling thread takes part in every loop, so {@code n} workers
 * mean {@code n - 1} daemon threads.
 *
 * <p>Idle threads spin for some tens of microseconds, which is the usual distance between two loops of a network,
 * and then park: spinning without end collapses when another process takes a core away.
 *
 * <p>Thread-safe. One loop at a time uses the threads; a loop started meanwhile, from another thread or from inside
 * a task, runs on its caller alone.
 */
public final class Workers implements AutoCloseable {

    /** The system property that sets the number of threads of {@link #shared()}; all processors by default. */
    public static final String THREADS_PROPERTY = "shufflenet.threads";

    static final long SPIN_NANOS = 100_000;
    /** Reading the clock costs as much as a few dozen pauses. */
    static final int PAUSES_PER_CLOCK = 32;

    /** The body of a parallel loop. */
    @FunctionalInterface
    public interface IntTask {
        /** Runs step {@code index}, from 0. */
        void run(int index);
    }

    /**
     * One loop, over when {@code open} reaches 0. A thread takes the steps of its share one by one, then what others
     * have left of theirs. Its share of all loops of as many steps is the same: their data may still be in its cache.
     */
    private static final class Loop {
        final IntTask task;
        final int count;
        final Thread caller = Thread.currentThread();
        /** The next step of each share. */
        final AtomicIntegerArray next;
        final AtomicInteger open;
        final FirstFailure failure = new FirstFailure();

        Loop(IntTask task, int count, int threads) {
            this.task = task;
            this.count = count;
            this.next = new AtomicIntegerArray(Math.min(threads, count));
            for (int share = 0; share < next.length(); share++) {
                next.set(share, firstStep(share));
            }
            this.open = new AtomicInteger(count);
        }

        private int firstStep(int share) {
            return (int) ((long) count * share / next.length());
        }

        void work(int thread) {
            for (int i = 0; i < next.length(); i++) {
                int share = (thread + i) % next.length();
                int end = firstStep(share + 1);
                // Looked at before it is changed: many threads may come to a share that is done.
                while (next.get(share) < end) {
                    int step = next.getAndIncrement(share);
                    if (step < end) {
                        run(step);
                    }
                }
            }
        }

        private void run(int step) {
            try {
                if (!failure.isPresent()) {
                    task.run(step);
                }
            } catch (Throwable e) {
                failure.add(e);
            } finally {
                if (open.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        boolean done() {
            return open.get() == 0;
        }
    }

    private final class Worker extends Thread {
        final int number;
        volatile boolean parked;

        Worker(int number) {
            super("shufflenet-worker-" + number);
            this.number = number;
            setDaemon(true);
        }

        @Override
        public void run() {
            Loop last = null;
            while (!closed) {
                Loop loop = await(last);
                if (loop != null) {
                    loop.work(number);
                }
                last = loop;
            }
        }

        private Loop await(Loop last) {
            long deadline = System.nanoTime() + SPIN_NANOS;
            for (int pauses = 1; current == last && !closed; pauses++) {
                if (pauses % PAUSES_PER_CLOCK != 0 || System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                } else {
                    parked = true;
                    if (current == last && !closed) {
                        LockSupport.park(Workers.this);
                    }
                    parked = false;
                }
            }
            return current;
        }
    }

    private static Workers shared;

    private final Worker[] threads;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile Loop current;
    private volatile boolean closed;

    private Workers(int size) {
        threads = new Worker[size - 1];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Worker(i + 1);
            threads[i].start();
        }
    }

    /**
     * Makes another pool.
     *
     * @param size number of threads that compute, the caller included
     * @throws IllegalArgumentException if {@code size} is not positive
     */
    public static Workers of(int size) {
        return new Workers(Checks.atLeast("number of threads", size, 1));
    }

    /**
     * The shared pool, started at the first call.
     *
     * @throws IllegalArgumentException if the property {@value #THREADS_PROPERTY} is no positive number
     */
    public static synchronized Workers shared() {
        if (shared == null) {
            shared = of(threads(System.getProperty(THREADS_PROPERTY)));
        }
        return shared;
    }

    private static int threads(String property) {
        if (property == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            return Integer.parseInt(property.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(THREADS_PROPERTY + " is not a number: " + property, e);
        }
    }

    /** Number of threads that compute, the caller included. */
    public int size() {
        return threads.length + 1;
    }

    /**
     * Runs {@code task} for every index from 0 to {@code count - 1}, in any order and on any thread, and returns when
     * all are done. What the tasks wrote is visible to the caller. If a task throws, steps not yet begun are left
     * out and the first exception is thrown here; those of steps that ran meanwhile are suppressed exceptions of it.
     */
    public void parallelFor(int count, IntTask task) {
        if (count < 2 || threads.length == 0 || turn.isHeldByCurrentThread() || !turn.tryLock()) {
            for (int index = 0; index < count; index++) {
                task.run(index);
            }
            return;
        }
        try {
            distribute(count, task);
        } finally {
            turn.unlock();
        }
    }

    /** {@link #parallelFor} for the holder of the turn. */
    private void distribute(int count, IntTask task) {
        try {
            Loop loop = new Loop(task, count, size());
            current = loop;
            for (int i = 0; i < Math.min(threads.length, count - 1); i++) {
                if (threads[i].parked) {
                    LockSupport.unpark(threads[i]);
                }
            }
            loop.work(0);
            await(loop);
            loop.failure.rethrow();
        } finally {
            // Forgotten, so that an idle pool keeps no buffers alive.
            current = null;
        }
    }

    /**
     * Runs {@code task} on all threads at once, as a {@link Team} whose members can wait for each other; on the caller
     * alone, as a team of one, if the threads are taken. The first exception that a member throws is thrown here, with
     * those of others as suppressed exceptions.
     */
    public void together(Team.Task task) {
        if (threads.length == 0 || closed || turn.isHeldByCurrentThread() || !turn.tryLock()) {
            task.run(0, Team.ALONE);
            return;
        }
        try {
            Team team = new Team(size());
            // As many steps as threads, none of which ends before all have begun: each thread takes one.
            distribute(team.size(), member -> team.run(member, task));
            team.rethrow();
        } finally {
            turn.unlock();
        }
    }

    /** Ends the threads; later loops run on their callers alone. */
    @Override
    public void close() {
        closed = true;
        for (Worker thread : threads) {
            LockSupport.unpark(thread);
        }
    }

    private static void await(Loop loop) {
        long deadline = System.nanoTime() + SPIN_NANOS;
        for (int pauses = 1; !loop.done(); pauses++) {
            if (pauses % PAUSES_PER_CLOCK != 0 || System.nanoTime() < deadline) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(loop);
            }
        }
    }
}
