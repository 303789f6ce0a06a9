package io.github.shufflenet4j.inference.plan;

/**
 * Chooses the faster of two strategies by their latest latencies. A team is faster than one thread as long as each
 * member has a core; when another process takes one away, all wait for the member that lost it.
 *
 * <p>The slower strategy is tried now and then. Callers on several threads may lose each other's measurements, which
 * does no harm.
 */
final class LatencySelector {

    /** Calls from trial to trial: a trial of the slower strategy costs a few percent of them. */
    private static final int TRIAL = 64;
    /** How fast an estimate follows, and how far one slow call can pull it: two in a row change the decision. */
    private static final int INERTIA = 4;
    private static final int OUTLIER = 2;

    private final long[] nanos = new long[2];
    private int calls;

    /** The strategy to use now: 0 or 1. */
    int choose() {
        int faster = nanos[0] <= nanos[1] ? 0 : 1;
        return ++calls % TRIAL == 0 ? 1 - faster : faster;
    }

    /** Records the latency of a strategy, in nanoseconds. */
    void record(int strategy, long latency) {
        long estimate = nanos[strategy];
        boolean trial = calls % TRIAL == 0;
        nanos[strategy] = estimate == 0 || trial ? latency
                : estimate + (Math.min(latency, OUTLIER * estimate) - estimate) / INERTIA;
    }
}
