package io.github.shufflenet4j.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ND4J sees of a class path with several backends. */
class BackendFilterTest {

    @TempDir
    private Path folder;

    @Test
    void showsTheChosenBackendOnceItIsLookedFor() throws IOException {
        URL cpu = services("cpu", Backend.CPU);
        URL cuda = services("cuda", Backend.CUDA);
        try (URLClassLoader both = new URLClassLoader(new URL[] {cuda, cpu}, null)) {
            for (Backend backend : Backend.values()) {
                AtomicInteger asked = new AtomicInteger();
                BackendFilter filter = new BackendFilter(both, () -> {
                    asked.incrementAndGet();
                    return backend;
                });
                assertThat(Collections.list(filter.getResources("elsewhere"))).hasSize(2);
                assertThat(asked).hasValue(0);
                assertThat(Collections.list(filter.getResources(BackendFilter.SERVICES)))
                        .containsExactly(new URL(backend == Backend.CPU ? cpu : cuda, BackendFilter.SERVICES));
                assertThat(asked).hasValue(1);
            }
        }
    }

    private URL services(String name, Backend backend) throws IOException {
        Path file = folder.resolve(name).resolve(BackendFilter.SERVICES);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# provider\n" + backend.className() + "\n");
        Files.createFile(folder.resolve(name).resolve("elsewhere"));
        return folder.resolve(name).toUri().toURL();
    }
}
