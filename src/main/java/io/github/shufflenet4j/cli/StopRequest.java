package io.github.shufflenet4j.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C and SIGTERM as a request that a command can answer: the JVM, which would end at once, waits until the command
 * is done and ends with the command's exit code.
 */
final class StopRequest implements AutoCloseable {

    /** Whether the JVM is on its way down, and waits for {@link #exit}. */
    private static volatile boolean made;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::hold, "stop-request");

    private StopRequest() {
    }

    /** Listens until closed. */
    static StopRequest listen() {
        StopRequest request = new StopRequest();
        Runtime.getRuntime().addShutdownHook(request.hook);
        return request;
    }

    /** Whether the command was asked to stop. */
    boolean isMade() {
        return made;
    }

    private void hold() {
        if (closed.getCount() == 0) {
            return;
        }
        made = true;
        try {
            // Until exit() halts the JVM.
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM goes down already, and its end is for exit() to allow.
        }
    }

    /** Ends the process. */
    static void exit(int code) {
        if (made) {
            // A shutdown that waits for this thread would wait for ever if this thread waited for it.
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }
}
