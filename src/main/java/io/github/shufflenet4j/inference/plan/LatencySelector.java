package io.github.shufflenet4j.inference.plan;

/**
 * Chooses the faster of two strategies, a team and one thread, by their latest latencies. A team is faster as long as
 * each member has a core; when another process takes one away, all wait for the member that lost it.
 *
 * <p>The slower strategy is tried now and then: soon after a change, since what made the other slow may have passed,
 * and less often as long as it stays slower. The fastest call of a trial counts, as the first one wakes threads. The
 * latency of one thread hardly changes, and so is measured rarely: each trial of it is a slow call.
 */
final class LatencySelector {

    private static final int TRIAL_CALLS = 3;
    /** Calls from a change to the first trial; twice as many from trial to trial. */
    private static final int FIRST_TRIAL = 4;
    /** Maximum number of calls from trial to trial, of a team and of one thread. */
    private static final int[] LAST_TRIAL = {128, 1024};
    /** How fast an estimate follows, and how far one slow call can pull it: a few in a row change the decision. */
    private static final int INERTIA = 8;
    private static final int OUTLIER = 2;

    private final long[] nanos = new long[2];
    private int faster;
    /** Calls since the last trial, those of the next one included, and those before the next one. */
    private int calls;
    private int interval = FIRST_TRIAL;

    /** The strategy to use now: 0 for the team, 1 for one thread. */
    int choose() {
        return ++calls > interval ? 1 - faster : faster;
    }

    /** Records the latency of a strategy, in nanoseconds. */
    void record(int strategy, long latency) {
        long estimate = nanos[strategy];
        if (strategy == faster) {
            nanos[strategy] = estimate == 0 ? latency
                    : estimate + (Math.min(latency, OUTLIER * estimate) - estimate) / INERTIA;
        } else {
            nanos[strategy] = calls == interval + 1 ? latency : Math.min(latency, estimate);
            if (calls < interval + TRIAL_CALLS) {
                return;
            }
            calls = 0;
            interval = Math.min(2 * interval, LAST_TRIAL[strategy]);
        }
        long other = nanos[1 - faster];
        if (other > 0 && other < nanos[faster]) {
            faster = 1 - faster;
            calls = 0;
            interval = FIRST_TRIAL;
        }
    }
}
