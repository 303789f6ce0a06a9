package io.github.shufflenet4j.serving.http;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Errors in the form of the Open Inference Protocol, Jetty's own included. */
final class JsonErrors extends ErrorHandler {

    static Exchange.Content content(int status, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error", message);
        error.put("status", status);
        return Exchange.Content.json(error);
    }

    @Override
    protected void generateResponse(Request request, Response response, int code, String message, Throwable cause,
                                    Callback callback) {
        if (code == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        }
        Exchange.Content content = content(code, text(code, message));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.bytes().length);
        response.write(true, ByteBuffer.wrap(content.bytes()), callback);
    }

    private static String text(int status, String message) {
        return status == HttpStatus.SERVICE_UNAVAILABLE_503 ? "the server is stopping"
                : message == null ? HttpStatus.getMessage(status) : message;
    }
}
