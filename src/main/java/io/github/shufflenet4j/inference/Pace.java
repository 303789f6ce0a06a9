package io.github.shufflenet4j.inference;

/**
 * Which of two ways to do the same thing is the faster one at present. A team is faster than one thread as long as each
 * member has a core; when another process takes one away, all wait for the member that lost it.
 *
 * <p>The way not taken is tried now and then. Callers on several threads may lose each other's measurements, which does
 * no harm.
 */
final class Pace {

    /** Calls from trial to trial: a trial of the slower way costs a few percent of them. */
    private static final int TRIAL = 64;
    /** How fast an estimate follows, and how far one slow call can pull it: two in a row change the decision. */
    private static final int INERTIA = 4;
    private static final int OUTLIER = 2;

    private final long[] nanos = new long[2];
    private int calls;

    /** The way to take now: 0 or 1. */
    int choose() {
        int faster = nanos[0] <= nanos[1] ? 0 : 1;
        return ++calls % TRIAL == 0 ? 1 - faster : faster;
    }

    /** Notes how long a way took. */
    void took(int way, long time) {
        long estimate = nanos[way];
        boolean trial = calls % TRIAL == 0;
        nanos[way] = estimate == 0 || trial ? time
                : estimate + (Math.min(time, OUTLIER * estimate) - estimate) / INERTIA;
    }
}
