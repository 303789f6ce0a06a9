package io.github.shufflenet4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileMutexTest {

    @TempDir
    Path folder;

    /** Holds the lock until it is told to let go, in a process of its own. */
    static final class Holder {

        private Holder() {
        }

        @SuppressWarnings("try") // the mutex is held, not used
        public static void main(String[] args) throws IOException {
            try (FileMutex mutex = args.length > 1 ? FileMutex.acquireNow(Path.of(args[0]))
                    : FileMutex.acquire(Path.of(args[0]), () -> { })) {
                System.out.println("held");
                System.in.read();
            }
        }
    }

    @Test
    void anotherProcessIsWaitedFor() throws Exception {
        Path file = folder.resolve("lock");
        Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Holder.class.getName(), file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            AtomicBoolean waited = new AtomicBoolean();
            try (FileMutex mutex = FileMutex.acquire(file, () -> {
                waited.set(true);
                assertThat(holder.isAlive()).isTrue();
                try {
                    holder.getOutputStream().write(1);
                    holder.getOutputStream().flush();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            })) {
                assertThat(mutex).isNotNull();
            }
            assertThat(waited).isTrue();
            assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void atOnceOrNotAtAllAndTheHolderIsTold() throws Exception {
        Path file = folder.resolve("lock");
        long own = ProcessHandle.current().pid();
        try (FileMutex mutex = FileMutex.acquireNow(file)) {
            assertThat(mutex).isNotNull();
            assertThat(file).hasContent(Long.toString(own));
            assertThatExceptionOfType(FileMutex.HeldException.class).isThrownBy(() -> FileMutex.acquireNow(file))
                    .withMessage(file + ": is held by process " + own);
        }
        Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Holder.class.getName(), file.toString(), "now").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThatExceptionOfType(FileMutex.HeldException.class).isThrownBy(() -> FileMutex.acquireNow(file))
                    .satisfies(e -> assertThat(e.process()).hasValue(holder.pid()));
        } finally {
            holder.destroyForcibly();
        }
        holder.waitFor();
        try (FileMutex mutex = FileMutex.acquireNow(file)) { // nothing blocks that a killed process held
            assertThat(mutex).isNotNull();
        }
    }

    @Test
    void anotherThreadIsWaitedFor() throws Exception {
        Path file = folder.resolve("lock");
        AtomicBoolean waited = new AtomicBoolean();
        Thread second;
        try (FileMutex first = FileMutex.acquire(file, () -> { })) {
            assertThat(first).isNotNull();
            second = new Thread(() -> {
                try (FileMutex mutex = FileMutex.acquire(file, () -> waited.set(true))) {
                    assertThat(mutex).isNotNull();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            second.start();
            while (!waited.get()) {
                Thread.sleep(5);
            }
        }
        second.join(10_000);
        assertThat(second.isAlive()).isFalse();
    }
}
