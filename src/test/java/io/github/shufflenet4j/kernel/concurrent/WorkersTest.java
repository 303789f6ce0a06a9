package io.github.shufflenet4j.kernel.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void runsEveryIndexOnce(int threads) {
        try (Workers workers = Workers.of(threads)) {
            assertThat(workers.size()).isEqualTo(threads);
            for (int count : new int[] {0, 1, 2, 3, 100, 1000}) {
                for (int repeat = 0; repeat < 50; repeat++) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(count);
                    workers.parallelFor(count, runs::incrementAndGet);
                    for (int i = 0; i < count; i++) {
                        assertThat(runs.get(i)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @Test
    void usesItsThreads() {
        try (Workers workers = Workers.of(3)) {
            CountDownLatch all = new CountDownLatch(3);
            Thread[] threads = new Thread[3];
            workers.parallelFor(3, i -> {
                threads[i] = Thread.currentThread();
                all.countDown();
                try {
                    all.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(threads).doesNotHaveDuplicates().contains(Thread.currentThread());
            assertThat(Arrays.stream(threads).filter(thread -> thread != Thread.currentThread()))
                .allMatch(Thread::isDaemon);
        }
    }

    @Test
    void wakesThreadsThatParked() throws InterruptedException {
        try (Workers workers = Workers.of(2)) {
            for (int repeat = 0; repeat < 5; repeat++) {
                Thread.sleep(5);
                CountDownLatch both = new CountDownLatch(2);
                workers.parallelFor(2, i -> {
                    both.countDown();
                    try {
                        both.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
        }
    }

    @Test
    void runsNestedLoopsInline() {
        try (Workers workers = Workers.of(2)) {
            AtomicIntegerArray runs = new AtomicIntegerArray(64);
            workers.parallelFor(8, i -> {
                Thread thread = Thread.currentThread();
                workers.parallelFor(8, j -> {
                    assertThat(Thread.currentThread()).isSameAs(thread);
                    runs.incrementAndGet(8 * i + j);
                });
            });
            for (int i = 0; i < 64; i++) {
                assertThat(runs.get(i)).isEqualTo(1);
            }
        }
    }

    @Test
    void servesSeveralCallers() throws InterruptedException {
        try (Workers workers = Workers.of(2)) {
            AtomicIntegerArray runs = new AtomicIntegerArray(100);
            Runnable caller = () -> {
                for (int repeat = 0; repeat < 200; repeat++) {
                    workers.parallelFor(100, runs::incrementAndGet);
                }
            };
            Thread[] callers = {new Thread(caller), new Thread(caller), new Thread(caller)};
            for (Thread thread : callers) {
                thread.start();
            }
            for (Thread thread : callers) {
                thread.join();
            }
            for (int i = 0; i < 100; i++) {
                assertThat(runs.get(i)).isEqualTo(600);
            }
        }
    }

    @Test
    void passesExceptionsOn() {
        try (Workers workers = Workers.of(2)) {
            for (int bad : new int[] {0, 5, 9}) {
                assertThatThrownBy(() -> workers.parallelFor(10, i -> {
                    if (i == bad) {
                        throw new IllegalStateException("step " + i);
                    }
                })).isInstanceOf(IllegalStateException.class).hasMessage("step " + bad);
            }
            assertThatThrownBy(() -> workers.parallelFor(2, i -> {
                throw new AssertionError("step");
            })).isInstanceOf(AssertionError.class);
            workers.parallelFor(10, i -> { });
        }
    }

    @Test
    void runsOnItsCallerWhenClosed() {
        Workers workers = Workers.of(2);
        workers.close();
        AtomicIntegerArray runs = new AtomicIntegerArray(10);
        workers.parallelFor(10, runs::incrementAndGet);
        assertThat(runs.toString()).doesNotContain("0");
    }

    @Test
    void namesABadSize() {
        assertThatThrownBy(() -> Workers.of(0)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("0");
    }

    @Test
    void membersOfATeamWaitForEachOther() {
        try (Workers workers = Workers.of(3)) {
            for (int round = 0; round < 200; round++) {
                AtomicIntegerArray arrived = new AtomicIntegerArray(5);
                workers.together((member, team) -> {
                    for (int step = 0; step < arrived.length(); step++) {
                        arrived.incrementAndGet(step);
                        team.await();
                        assertThat(arrived.get(step)).isEqualTo(team.size());
                    }
                });
                assertThat(arrived.get(4)).isEqualTo(3);
            }
        }
    }

    /** Again and again, for the member that waits may be the first to tell that the other has failed. */
    @Test
    void nobodyWaitsForAMemberThatFailed() {
        try (Workers workers = Workers.of(2)) {
            for (int round = 0; round < 10_000; round++) {
                assertThatThrownBy(() -> workers.together((member, team) -> {
                    if (member == 1) {
                        throw new IllegalStateException("member 1");
                    }
                    team.await();
                })).isInstanceOf(IllegalStateException.class).hasMessage("member 1").hasNoSuppressedExceptions();
            }
            workers.together((member, team) -> team.await());
        }
    }

    @Test
    void theFirstFailureIsThrownAndOthersAreSuppressed() {
        try (Workers workers = Workers.of(2)) {
            CountDownLatch bothRun = new CountDownLatch(2);
            assertThatThrownBy(() -> workers.parallelFor(2, step -> fail(bothRun, step)))
                    .satisfies(WorkersTest::isOneOfTwo);
            CountDownLatch bothWork = new CountDownLatch(2);
            assertThatThrownBy(() -> workers.together((member, team) -> fail(bothWork, member)))
                    .satisfies(WorkersTest::isOneOfTwo);
        }
    }

    private static void fail(CountDownLatch both, int number) {
        both.countDown();
        try {
            both.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        throw new IllegalStateException("number " + number);
    }

    private static void isOneOfTwo(Throwable failure) {
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(Stream.of(failure, failure.getSuppressed()[0]).map(Throwable::getMessage))
                .containsExactlyInAnyOrder("number 0", "number 1");
    }

    @Test
    void aTeamInsideALoopIsOfOne() {
        try (Workers workers = Workers.of(2)) {
            workers.parallelFor(4, index -> workers.together((member, team) -> {
                team.await();
                assertThat(team.size()).isEqualTo(1);
            }));
        }
    }
}
