package io.github.shufflenet4j.backend;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Shows ND4J one of the backends on the class path. ND4J tries all that it finds in the order of priorities that only
 * environment variables can change, and prints a stack trace for each that does not work.
 */
final class BackendFilter extends ClassLoader {

    /** Where ND4J looks for backends: one such file in each backend's jar. */
    static final String SERVICES = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

    private final Supplier<Backend> backend;

    BackendFilter(ClassLoader parent, Supplier<Backend> backend) {
        super(parent);
        this.backend = backend;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        if (!name.equals(SERVICES)) {
            return super.getResources(name);
        }
        String wanted = backend.get().className();
        List<URL> shown = new ArrayList<>();
        for (URL services : Collections.list(super.getResources(name))) {
            try (InputStream content = services.openStream()) {
                if (new String(content.readAllBytes(), StandardCharsets.UTF_8).contains(wanted)) {
                    shown.add(services);
                }
            }
        }
        return Collections.enumeration(shown);
    }
}
