package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.jline.utils.Signals;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to stop training after the current step. A second signal ends the process at
 * once, as does one before training first asks, when there is nothing to save.
 */
public final class StopRequest implements BooleanSupplier, AutoCloseable {

    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
    /** Exit codes of signals begin here, as in shells. */
    private static final int SIGNAL_EXIT = 128;

    private final PrintWriter err;
    /** The previous signal handlers; empty until this listens. */
    private final Map<String, Object> previous = new HashMap<>();
    private volatile boolean requested;

    /** @param err receives a line on the request */
    public StopRequest(PrintWriter err) {
        this.err = err;
    }

    /** Whether there was a request. The first call starts listening. */
    @Override
    public synchronized boolean getAsBoolean() {
        if (previous.isEmpty()) {
            SIGNALS.forEach((name, number) -> previous.put(name, Signals.register(name, () -> request(number))));
        }
        return requested;
    }

    /** Called in a thread of its own. */
    private void request(int signal) {
        if (requested) {
            // Not exit, which would run other libraries' shutdown hooks.
            Runtime.getRuntime().halt(SIGNAL_EXIT + signal);
        }
        requested = true;
        err.println("stopping after this step; a second signal ends at once");
        err.flush();
    }

    /** Restores the previous signal handlers. */
    @Override
    public synchronized void close() {
        previous.forEach(Signals::unregister);
        previous.clear();
    }
}
