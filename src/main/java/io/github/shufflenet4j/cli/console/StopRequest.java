package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.jline.utils.Signals;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to stop, which training answers. A second signal ends the process at once, as
 * does one before training first asks: there is nothing to save then.
 */
public final class StopRequest implements BooleanSupplier, AutoCloseable {

    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
    /** What shells add to the number of the signal that ended a process. */
    private static final int SIGNAL_EXIT = 128;

    private final PrintWriter err;
    /** What handled the signals before; empty until this does. */
    private final Map<String, Object> previous = new HashMap<>();
    private volatile boolean made;

    /** @param err told that a request was heard */
    public StopRequest(PrintWriter err) {
        this.err = err;
    }

    /** Whether there was a request. The first call begins to listen for one. */
    @Override
    public synchronized boolean getAsBoolean() {
        if (previous.isEmpty()) {
            SIGNALS.forEach((name, number) -> previous.put(name, Signals.register(name, () -> request(number))));
        }
        return made;
    }

    /** Called in a thread of the JVM's, one for each signal. */
    private void request(int signal) {
        if (made) {
            // Not exit, which would wait for hooks of other libraries.
            Runtime.getRuntime().halt(SIGNAL_EXIT + signal);
        }
        made = true;
        err.println("stopping after this step; a second signal ends at once");
        err.flush();
    }

    /** Leaves signals to what handled them before. */
    @Override
    public synchronized void close() {
        previous.forEach(Signals::unregister);
        previous.clear();
    }
}
