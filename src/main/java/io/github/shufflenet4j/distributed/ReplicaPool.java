package io.github.shufflenet4j.distributed;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The replicas that an executor's process keeps from one update to the next: those of the workers that last ran there.
 */
final class ReplicaPool {

    private static ReplicaPool current;

    private final Job job;
    private final Map<Integer, Replica> idle = new HashMap<>();
    private boolean forgotten;

    private ReplicaPool(Job job) {
        this.job = job;
    }

    /** That of a job; those of other jobs are forgotten. */
    static synchronized ReplicaPool of(Job job) {
        if (current == null || !current.job.id().equals(job.id())) {
            forget();
            current = new ReplicaPool(job);
        }
        return current;
    }

    /** Loses what this process keeps, as its end does. */
    static synchronized void forget() {
        if (current != null) {
            current.dissolve();
            current = null;
        }
    }

    private synchronized void dissolve() {
        forgotten = true;
        closeIf(any -> true);
    }

    /** A worker's, for the caller alone until it is given back; a new one if there is none. */
    Replica take(int worker) {
        Replica known;
        synchronized (this) {
            known = idle.remove(worker);
        }
        return known == null ? new Replica(job, worker) : known;
    }

    /**
     * Takes back one whose task has not failed.
     *
     * @param needed updates before this one are not asked for any more: replicas that stand there have moved elsewhere
     */
    synchronized void giveBack(Replica replica, int needed) {
        closeIf(known -> known.worker() == replica.worker() || known.computed() < needed);
        if (forgotten) {
            replica.close();
        } else {
            idle.put(replica.worker(), replica);
        }
    }

    private void closeIf(Predicate<Replica> condition) {
        idle.values().stream().filter(condition).forEach(Replica::close);
        idle.values().removeIf(condition);
    }
}
