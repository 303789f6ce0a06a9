package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import org.jline.utils.Signals;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to come to an end, such as to stop training after the current step. A second
 * signal ends the process at once, as does one before the program first asks, when there is nothing to save.
 */
public final class StopRequest implements BooleanSupplier, AutoCloseable {

    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
    /** Exit codes of signals begin here, as in shells. */
    private static final int SIGNAL_EXIT = 128;

    private static final String TRAINING = "stopping after this step; a second signal ends at once";

    private final PrintWriter err;
    private final String message;
    /** The previous signal handlers; empty until this listens. */
    private final Map<String, Object> previous = new HashMap<>();
    private final CountDownLatch request = new CountDownLatch(1);

    /** A request to stop training. @param err receives a line on the request */
    public StopRequest(PrintWriter err) {
        this(err, TRAINING);
    }

    /** @param message that {@code err} receives on the request */
    public StopRequest(PrintWriter err, String message) {
        this.err = err;
        this.message = message;
    }

    /** Whether there was a request. The first call starts listening. */
    @Override
    public synchronized boolean getAsBoolean() {
        if (previous.isEmpty()) {
            SIGNALS.forEach((name, number) -> previous.put(name, Signals.register(name, () -> request(number))));
        }
        return request.getCount() == 0;
    }

    /** Waits for the request. */
    public void await() throws InterruptedException {
        getAsBoolean();
        request.await();
    }

    /** Called in a thread of its own. */
    private void request(int signal) {
        if (request.getCount() == 0) {
            // Not exit, which would run other libraries' shutdown hooks.
            Runtime.getRuntime().halt(SIGNAL_EXIT + signal);
        }
        request.countDown(); // before the message, which says so
        err.println(message);
        err.flush();
    }

    /** Restores the previous signal handlers. */
    @Override
    public synchronized void close() {
        previous.forEach(Signals::unregister);
        previous.clear();
    }
}
