package io.github.shufflenet4j.kernel.concurrent;

import java.util.concurrent.atomic.AtomicReference;

/** The first failure of threads that work together; the others are suppressed exceptions of it. */
final class FirstFailure {

    private final AtomicReference<Throwable> first = new AtomicReference<>();

    /** Takes the failure of a thread: a {@link RuntimeException} or an {@link Error}. */
    void add(Throwable failure) {
        if (!first.compareAndSet(null, failure) && first.get() != failure) {
            first.get().addSuppressed(failure);
        }
    }

    /** Whether a thread has failed. */
    boolean isPresent() {
        return first.get() != null;
    }

    /** Throws the first failure, if there is one. */
    void rethrow() {
        Throwable failure = first.get();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }
}
