package io.github.shufflenet4j.kernel.concurrent;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that work on one thing in step: all run the same task, each with its own number, and wait for each other
 * where the task says so. See {@link Workers#together}.
 */
public final class Team {

    /** A team of one, which never waits. */
    public static final Team ALONE = new Team(1);

    /** Long enough to give the core away, short enough not to matter beside having lost it. */
    private static final long NAP_NANOS = 50_000;

    private final int size;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile int steps;
    private final FirstFailure failure = new FirstFailure();

    Team(int size) {
        this.size = size;
    }

    /** The body of a task. */
    @FunctionalInterface
    public interface Task {
        /** Does the share of {@code member}, from 0 to {@code team.size() - 1}. */
        void run(int member, Team team);
    }

    /** Number of members. */
    public int size() {
        return size;
    }

    /**
     * Waits until all members are here; what they wrote before is visible after. Spins first: the members' shares
     * are as good as equal.
     *
     * @throws CancellationException if a member failed
     */
    public void await() {
        if (size == 1) {
            return;
        }
        int step = steps;
        if (waiting.incrementAndGet() == size) {
            waiting.set(0);
            steps = step + 1;
            return;
        }
        long deadline = System.nanoTime() + Workers.SPIN_NANOS;
        for (int pauses = 1; steps == step; pauses++) {
            if (failure.isPresent()) {
                throw new CancellationException("another member of the team failed");
            }
            if (pauses % Workers.PAUSES_PER_CLOCK != 0 || System.nanoTime() < deadline) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    /** Runs a member's share unless one failed before. If it fails, no member waits for it: see {@link #rethrow}. */
    void run(int member, Task task) {
        if (failure.isPresent()) {
            return;
        }
        try {
            task.run(member, this);
        } catch (Throwable e) {
            // A member that waited in vain has nothing to tell beside the one that failed.
            if (!(e instanceof CancellationException) || !failure.isPresent()) {
                failure.add(e);
            }
        }
    }

    /** Throws the exception of the first member that failed, once all have ended. */
    void rethrow() {
        failure.rethrow();
    }
}
