package io.github.shufflenet4j.serving.http;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.serving.Limits;
import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;

/** A request and its answer. */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Limits limits;
    private final BodyMemory memory;
    private final Fields query;

    /** An answer. */
    record Content(String type, byte[] bytes) {

        static Content json(Object value) {
            return new Content(Json.TYPE, Json.bytes(value));
        }
    }

    /** Makes an answer out of a body. */
    @FunctionalInterface
    interface Action<T> {
        CompletableFuture<T> run(byte[] body) throws ServingException;
    }

    Exchange(Request request, Response response, Callback callback, Limits limits, BodyMemory memory) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.limits = limits;
        this.memory = memory;
        this.query = Request.extractQueryParameters(request);
    }

    /** A header of the request; null if it is missing. */
    String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Sets a header of the answer. */
    void setHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /** An integer parameter of the query. */
    int parameter(String name, int fallback) throws ServingException {
        String value = query.getValue(name);
        try {
            return value == null ? fallback : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ServingException(Reason.BAD_REQUEST, name + " must be an integer, got '" + value + "'", e);
        }
    }

    /** A parameter of the query that is true or false, by default false. */
    boolean flag(String name) throws ServingException {
        String value = query.getValue(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw new ServingException(Reason.BAD_REQUEST, name + " must be true or false, got '" + value + "'");
    }

    /** Answers by what becomes of the body. */
    void answer(Action<Content> action) {
        new RequestBody(request, limits, memory).read().thenCompose(body -> {
            try {
                return action.run(body);
            } catch (ServingException e) {
                return CompletableFuture.failedFuture(e);
            }
        }).whenComplete((content, failure) -> {
            if (failure == null) {
                send(200, content);
            } else {
                fail(failure);
            }
        });
    }

    void send(int status, Content content) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.bytes().length);
        response.write(true, ByteBuffer.wrap(content.bytes()), callback);
    }

    /** Answers with an error. */
    void fail(Throwable failure) {
        ServingException known = ServingException.of(failure);
        if (known.reason() == Reason.INTERNAL) {
            LOG.error("{} {}: {}", request.getMethod(), Request.getPathInContext(request), known.getMessage(), failure);
        }
        // A client that waits for leave to send has not sent anything; of a slow one, something is still expected.
        if (request.getHeaders().contains(HttpHeader.EXPECT) || known.reason() == Reason.SLOW_UPLOAD) {
            sendError(known);
        } else {
            RequestBody.drop(request, limits).thenRun(() -> sendError(known));
        }
    }

    private void sendError(ServingException failure) {
        if (failure.reason() == Reason.OVERLOADED || failure.reason() == Reason.UNAVAILABLE) {
            response.getHeaders().put(new HttpField(HttpHeader.RETRY_AFTER, "1"));
        }
        if (failure.reason() == Reason.UNAUTHORIZED) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        int status = failure.reason().status();
        send(status, JsonErrors.content(status, failure.getMessage()));
    }
}
