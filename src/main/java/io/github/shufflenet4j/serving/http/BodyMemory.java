package io.github.shufflenet4j.serving.http;

import java.util.concurrent.atomic.AtomicLong;

import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;

/** The bytes of all bodies that are held, up to a maximum. Thread-safe. */
final class BodyMemory {

    private final long maximum;
    private final AtomicLong used = new AtomicLong();

    BodyMemory(long maximum) {
        this.maximum = maximum;
    }

    /** @throws ServingException if that many bytes are not free */
    void take(long bytes) throws ServingException {
        if (used.addAndGet(bytes) > maximum) {
            used.addAndGet(-bytes);
            throw new ServingException(Reason.OVERLOADED, "the requests under way take all memory that is set aside for"
                    + " them; try again later");
        }
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
