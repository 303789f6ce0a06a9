package io.github.shufflenet4j.serving;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.serving.ServingException.Reason;

/**
 * Runs tasks, one a thread, in the order of their arrival. What does not fit is refused rather than kept waiting, and
 * nothing waits for a batch to fill: a small network gains little by that on a CPU.
 *
 * <p>Thread-safe.
 */
public final class InferenceQueue implements AutoCloseable {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    private interface Job {
        void run();
    }

    /** The tasks of a request, and their results so far. */
    private final class Group<T> {
        final CompletableFuture<List<T>> future = new CompletableFuture<>();
        final List<Job> jobs = new ArrayList<>();
        private final List<T> results;
        private int open;
        private int failed = Integer.MAX_VALUE;
        private Throwable failure;

        Group(List<? extends Callable<? extends T>> tasks) {
            open = tasks.size();
            results = new ArrayList<>(Collections.nCopies(open, null));
            for (int i = 0; i < open; i++) {
                int index = i;
                jobs.add(() -> run(index, tasks.get(index)));
            }
        }

        private void run(int index, Callable<? extends T> task) {
            T result = null;
            Throwable thrown = null;
            if (isNeeded(index)) {
                try {
                    result = task.call();
                } catch (Throwable e) { // errors as well: the thread serves others
                    thrown = e;
                }
            }
            end(index, result, thrown);
        }

        /** Not once there is an answer, nor after a failure of an earlier task, which is the one to be reported. */
        private synchronized boolean isNeeded(int index) {
            return index < failed && !future.isDone();
        }

        private void end(int index, T result, Throwable thrown) {
            synchronized (this) {
                results.set(index, result);
                if (thrown != null && index < failed) {
                    failed = index;
                    failure = thrown;
                }
                if (--open > 0) {
                    return;
                }
            }
            if (failure == null) {
                future.complete(Collections.unmodifiableList(results));
            } else {
                future.completeExceptionally(failure);
            }
        }
    }

    /**
     * @param capacity maximum number of tasks that wait
     * @param threads  number of threads, and so of tasks that run
     */
    public InferenceQueue(int capacity, int threads) {
        this.capacity = Checks.atLeast("capacity", capacity, 1);
        for (int i = 0; i < Checks.atLeast("threads", threads, 1); i++) {
            Thread thread = new Thread(this::work, "inference-" + (i + 1));
            thread.setDaemon(true);
            this.threads.add(thread);
            thread.start();
        }
    }

    /**
     * Adds the tasks of a request, all or none.
     *
     * @param deadline after which the future ends in a {@link java.util.concurrent.TimeoutException}, and tasks that
     *                 still wait are dropped
     * @return ends with the results in the order of the tasks, or with the failure of the first task that failed; its
     *     dependents run in the queue's threads
     * @throws ServingException if the queue is full or closed
     */
    public <T> CompletableFuture<List<T>> submit(List<? extends Callable<? extends T>> tasks, Duration deadline)
            throws ServingException {
        if (tasks.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Group<T> group = new Group<>(tasks);
        lock.lock();
        try {
            if (closed) {
                throw new ServingException(Reason.UNAVAILABLE, "the server is stopping");
            }
            if (tasks.size() > capacity - waiting.size()) {
                throw new ServingException(Reason.OVERLOADED, tasks.size() + " more images do not fit into the queue,"
                        + " in which " + waiting.size() + " of at most " + capacity + " are waiting; try again later");
            }
            waiting.addAll(group.jobs);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return group.future.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS).whenComplete((results, failure) -> {
            if (failure != null) {
                remove(group.jobs);
            }
        });
    }

    private void remove(List<Job> jobs) {
        lock.lock();
        try {
            waiting.removeAll(jobs);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Job job = next(); job != null; job = next()) {
            job.run();
        }
    }

    /** The next job; null if there will be none. */
    private Job next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Number of tasks that wait. */
    public int length() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new tasks, and waits until those that it has are done. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive() && !interrupted) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
