package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.BindException;
import java.net.ServerSocket;

import org.deeplearning4j.optimize.api.TrainingListener;

/** DL4J's training page, {@code deeplearning4j-ui}: a large library, on the class path on request, called by name. */
final class TrainingPage {

    /** DL4J's default; {@link #PORT_PROPERTY} chooses another. */
    static final int PORT = 9000;

    private static final String PORT_PROPERTY = "org.deeplearning4j.ui.port";

    /** Steps from one that is shown to the next; showing one takes as long as a few steps. */
    private static final int EVERY = 10;

    private static final String STORAGE = "org.deeplearning4j.core.storage.StatsStorage";
    private static final String ROUTER = "org.deeplearning4j.core.storage.StatsStorageRouter";
    private static final String MEMORY = "org.deeplearning4j.ui.model.storage.InMemoryStatsStorage";
    private static final String SERVER = "org.deeplearning4j.ui.api.UIServer";
    private static final String LISTENER = "org.deeplearning4j.ui.model.stats.StatsListener";

    private TrainingPage() {
    }

    /**
     * Starts the page's server and prints its URL.
     *
     * @return sends a network's steps to the page
     * @throws IOException if the libraries are missing, or the server does not start
     */
    static TrainingListener open(PrintWriter out) throws IOException {
        requireFreePort();
        try {
            Object storage = Class.forName(MEMORY).getConstructor().newInstance();
            Class<?> serverType = Class.forName(SERVER);
            Object server = serverType.getMethod("getInstance").invoke(null);
            serverType.getMethod("attach", Class.forName(STORAGE)).invoke(server, storage);
            out.printf("training page: %s/train%n", serverType.getMethod("getAddress").invoke(server));
            return (TrainingListener) Class.forName(LISTENER).getConstructor(Class.forName(ROUTER), int.class)
                    .newInstance(storage, EVERY);
        } catch (ClassNotFoundException e) {
            throw new IOException("--ui needs org.deeplearning4j:deeplearning4j-ui on the class path, which the"
                    + " launcher ./shufflenet of a checkout adds where --ui is given", e);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IOException("the training page does not start: " + cause.getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("--ui needs another version of deeplearning4j-ui: " + e.getMessage(), e);
        }
    }

    /** DL4J's server would report a port in use on a thread of its own. */
    private static void requireFreePort() throws IOException {
        int port = Integer.getInteger(PORT_PROPERTY, PORT);
        try {
            new ServerSocket(port).close();
        } catch (BindException e) {
            throw new IOException("the training page does not start: port " + port
                    + " is in use; choose another with SHUFFLENET_JAVA_OPTS=-D" + PORT_PROPERTY + "=PORT", e);
        }
    }
}
