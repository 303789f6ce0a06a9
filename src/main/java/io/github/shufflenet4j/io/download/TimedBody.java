package io.github.shufflenet4j.io.download;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The body of a response, with a time limit for each piece: the client's own limit ends at the header. */
final class TimedBody implements HttpResponse.BodySubscriber<TimedBody>, AutoCloseable {

    /** Bytes, a failure or, without either, the end. */
    private record Signal(List<ByteBuffer> bytes, Throwable failure) {
    }

    /** At most two, since the next piece is requested when one is taken. */
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private Flow.Subscription subscription;
    private boolean closed;

    @Override
    public CompletionStage<TimedBody> getBody() {
        return CompletableFuture.completedFuture(this); // at once, so that the body can be read as it comes
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription newSubscription) {
        if (closed || subscription != null) {
            newSubscription.cancel();
            return;
        }
        subscription = newSubscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        signals.add(new Signal(bytes, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(null, failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(null, null));
    }

    /** The next bytes; null at the end. */
    List<ByteBuffer> next(Duration patience) throws IOException, InterruptedException {
        Signal signal = signals.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (signal == null) {
            throw new HttpTimeoutException("no byte came for " + Download.seconds(patience));
        }
        if (signal.failure != null) {
            throw signal.failure instanceof IOException failure ? failure : new IOException(signal.failure);
        }
        if (signal.bytes != null) {
            request();
        }
        return signal.bytes;
    }

    private synchronized void request() {
        if (!closed) {
            subscription.request(1);
        }
    }

    /** Closes the connection if the body has not ended. */
    @Override
    public synchronized void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
