package io.github.shufflenet4j.spark;

import java.util.ArrayDeque;
import java.util.Deque;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Networks of an executor's process, which take long to make: one for each task that runs at a time. What a network
 * held before does not matter to the next task.
 */
final class NetworkPool {

    private static String owner = "";
    private static final Deque<ComputationGraph> IDLE = new ArrayDeque<>();

    private NetworkPool() {
    }

    /** A network of a job, for the caller alone until it is given back. */
    static ComputationGraph take(Job job) {
        synchronized (IDLE) {
            if (!owner.equals(job.id())) {
                IDLE.clear();
                owner = job.id();
            }
            if (!IDLE.isEmpty()) {
                return IDLE.pop();
            }
        }
        return job.network();
    }

    /** Gives back what is as good as new; one that a task failed with is left to the garbage collector. */
    static void giveBack(Job job, ComputationGraph network) {
        synchronized (IDLE) {
            if (owner.equals(job.id())) {
                IDLE.push(network);
            }
        }
    }
}
