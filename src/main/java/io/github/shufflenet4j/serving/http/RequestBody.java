package io.github.shufflenet4j.serving.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

import io.github.shufflenet4j.serving.Limits;
import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;

/**
 * Receives a body as it comes in: a slow client holds no thread, and only memory for what it has sent. The memory is
 * released when the request has been answered.
 */
final class RequestBody {

    /** Of what is refused, as much is read and dropped, in bodies of maximum length, so that clients see the answer. */
    private static final int DROPPED_BODIES = 8;
    private static final int FIRST = 1 << 14;

    private final Request request;
    private final Limits limits;
    private final BodyMemory memory;
    private final CompletableFuture<byte[]> received = new CompletableFuture<>();
    private byte[] bytes = new byte[0];
    private int length;
    private boolean ended;

    RequestBody(Request request, Limits limits, BodyMemory memory) {
        this.request = request;
        this.limits = limits;
        this.memory = memory;
    }

    /** Ends with the body, or in the {@link ServingException} for one that is too long or takes too long. */
    CompletableFuture<byte[]> read() {
        Request.addCompletionListener(request, failure -> release());
        if (request.getLength() > limits.bodyBytes()) {
            return CompletableFuture.failedFuture(tooLong());
        }
        receive();
        return received.orTimeout(limits.upload().toNanos(), TimeUnit.NANOSECONDS).exceptionallyCompose(failure ->
                CompletableFuture.failedFuture(failure instanceof TimeoutException ? tooSlow() : failure));
    }

    private ServingException tooLong() {
        return new ServingException(Reason.TOO_LARGE, "the body is too long (at most " + limits.bodyBytes()
                + " bytes)");
    }

    private ServingException tooSlow() {
        return new ServingException(Reason.SLOW_UPLOAD, "the body has not arrived within "
                + limits.upload().toSeconds() + " seconds");
    }

    private void receive() {
        while (!received.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::receive);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                received.completeExceptionally(new ServingException(Reason.BAD_REQUEST,
                        "the body ended too early", chunk.getFailure()));
                return;
            }
            try {
                append(chunk.getByteBuffer());
            } catch (ServingException e) {
                received.completeExceptionally(e);
                return;
            } finally {
                chunk.release();
            }
            if (chunk.isLast()) {
                received.complete(whole());
            }
        }
    }

    private synchronized byte[] whole() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private synchronized void append(ByteBuffer chunk) throws ServingException {
        int more = chunk.remaining();
        if (more > limits.bodyBytes() - length) {
            throw tooLong();
        }
        if (ended) {
            return;
        }
        if (length + more > bytes.length) {
            long announced = request.getLength();
            int wanted = Math.max(length + more, Math.max(FIRST, 2 * Math.min(bytes.length, limits.bodyBytes() / 2)));
            int capacity = announced >= length + more ? (int) Math.min(announced, wanted) : wanted;
            memory.take(capacity - bytes.length);
            bytes = Arrays.copyOf(bytes, capacity);
        }
        chunk.get(bytes, length, more);
        length += more;
    }

    private synchronized void release() {
        ended = true;
        memory.release(bytes.length);
        bytes = new byte[0];
    }

    /** Reads and drops what else a client sends, within limits, and ends without failure. */
    static CompletableFuture<Void> drop(Request request, Limits limits) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        drop(request, (long) DROPPED_BODIES * limits.bodyBytes(), done);
        return done.completeOnTimeout(null, limits.upload().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void drop(Request request, long remaining, CompletableFuture<Void> done) {
        long left = remaining;
        while (left >= 0 && !done.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                long rest = left;
                request.demand(() -> drop(request, rest, done));
                return;
            }
            boolean last = chunk.isLast() || Content.Chunk.isFailure(chunk);
            left -= chunk.remaining();
            chunk.release();
            if (last) {
                break;
            }
        }
        done.complete(null);
    }
}
