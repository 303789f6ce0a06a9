package io.github.shufflenet4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A local HTTP server whose answers a test writes byte by byte, valid or not. */
public final class TestServer implements AutoCloseable {

    private final ServerSocket socket;
    private final Answer answer;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    /** A request. @param headers by lower-case name */
    public record Request(int number, String path, Map<String, String> headers) {

        public String header(String name) {
            return headers.get(name);
        }
    }

    /** Writes an answer, after which the connection is closed. */
    @FunctionalInterface
    public interface Answer {
        void to(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    public TestServer(Answer answer) throws IOException {
        this.answer = answer;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "test server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connections.add(connection);
                Thread thread = new Thread(() -> serve(connection), "test connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            String first = in.readLine();
            if (first == null) {
                return;
            }
            Map<String, String> headers = new TreeMap<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            Request request;
            synchronized (requests) {
                request = new Request(requests.size(), first.split(" ")[1], headers);
                requests.add(request);
            }
            answer.to(request, connection.getOutputStream());
            connection.getOutputStream().flush();
        } catch (IOException | InterruptedException e) {
            // the client has gone, as in many of these tests
        }
    }

    /** Header lines, with those of a closing connection. */
    public static void head(OutputStream out, int status, String... headers) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Status\r\nConnection: close\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** What a good server does: 206 for a range of the same version, else 200, with an ETag. */
    public static void serve(Request request, OutputStream out, byte[] content, String tag) throws IOException {
        String range = request.header("range");
        if (range != null && tag.equals(request.header("if-range"))) {
            int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
            head(out, 206, "Content-Length: " + (content.length - from),
                    "Content-Range: bytes " + from + "-" + (content.length - 1) + "/" + content.length, "ETag: " + tag);
            out.write(content, from, content.length - from);
        } else {
            head(out, 200, "Content-Length: " + content.length, "ETag: " + tag);
            out.write(content);
        }
    }

    public URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** All requests so far. */
    public List<Request> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
