package io.github.shufflenet4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shufflenet4j.serving.ServingException.Reason;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class InferenceQueueTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private InferenceQueue queue;

    @AfterEach
    void end() {
        gate.countDown();
        queue.close();
    }

    /** A queue whose one thread is busy until the gate opens. */
    private CompletableFuture<List<String>> occupy(int capacity) throws Exception {
        queue = new InferenceQueue(capacity, 1);
        CompletableFuture<List<String>> running = queue.submit(List.<Callable<String>>of(() -> {
            begun.countDown();
            gate.await();
            return "first";
        }), LONG);
        begun.await();
        return running;
    }

    private static Callable<String> giving(String result) {
        return () -> result;
    }

    @Test
    void resultsComeInTheOrderOfTheTasks() throws Exception {
        queue = new InferenceQueue(100, 4);
        List<Callable<Integer>> tasks = IntStream.range(0, 100).<Callable<Integer>>mapToObj(i -> () -> i).toList();
        assertThat(queue.submit(tasks, LONG).get()).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void whatDoesNotFitIsRefusedAsAWhole() throws Exception {
        CompletableFuture<List<String>> running = occupy(3);
        CompletableFuture<List<String>> waiting = queue.submit(List.of(giving("a"), giving("b")), LONG);
        assertThatThrownBy(() -> queue.submit(List.of(giving("c"), giving("d")), LONG))
                .satisfies(e -> assertThat(ServingException.of(e).reason()).isEqualTo(Reason.OVERLOADED))
                .hasMessageContaining("2 more").hasMessageContaining("2 of at most 3");
        assertThat(queue.length()).isEqualTo(2);
        CompletableFuture<List<String>> last = queue.submit(List.of(giving("e")), LONG);
        gate.countDown();
        assertThat(running.get()).containsExactly("first");
        assertThat(waiting.get()).containsExactly("a", "b");
        assertThat(last.get()).containsExactly("e");
    }

    @Test
    void tasksRunInTheOrderOfTheirArrival() throws Exception {
        occupy(10);
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<List<Boolean>>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            all.add(queue.submit(List.<Callable<Boolean>>of(() -> ran.add(number)), LONG));
        }
        gate.countDown();
        for (CompletableFuture<List<Boolean>> one : all) {
            one.get();
        }
        assertThat(ran).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void whatMissesItsDeadlineIsDroppedAndMakesRoom() throws Exception {
        occupy(1);
        CountDownLatch ran = new CountDownLatch(1);
        CompletableFuture<List<String>> late = queue.submit(List.<Callable<String>>of(() -> {
            ran.countDown();
            return "late";
        }), Duration.ofMillis(1));
        assertThatThrownBy(late::get).isInstanceOf(ExecutionException.class)
                .satisfies(e -> assertThat(ServingException.of(e).reason()).isEqualTo(Reason.DEADLINE));
        assertThat(queue.length()).isZero();
        CompletableFuture<List<String>> next = queue.submit(List.of(giving("next")), LONG);
        gate.countDown();
        assertThat(next.get()).containsExactly("next");
        assertThat(ran.getCount()).isEqualTo(1);
    }

    @Test
    void theFirstTaskThatFailsIsReportedWhicheverFailsFirst() throws Exception {
        queue = new InferenceQueue(10, 2);
        CountDownLatch secondFailed = new CountDownLatch(1);
        CompletableFuture<List<String>> failing = queue.submit(List.<Callable<String>>of(() -> {
            secondFailed.await();
            throw new ServingException(Reason.UNREADABLE_IMAGE, "the first");
        }, () -> {
            secondFailed.countDown();
            throw new ServingException(Reason.TOO_LARGE, "the second");
        }), LONG);
        assertThatThrownBy(failing::get).rootCause().hasMessage("the first");
    }

    @Test
    void anErrorEndsTheRequestAndNotTheThread() throws Exception {
        queue = new InferenceQueue(10, 1);
        CompletableFuture<List<String>> failing = queue.submit(List.<Callable<String>>of(() -> {
            throw new OutOfMemoryError("of a test");
        }), LONG);
        assertThatThrownBy(failing::get)
                .satisfies(e -> assertThat(ServingException.of(e).reason()).isEqualTo(Reason.UNAVAILABLE));
        assertThat(queue.submit(List.of(giving("next")), LONG).get()).containsExactly("next");
    }

    @Test
    void closingAnswersWhatItHasAndRefusesMore() throws Exception {
        CompletableFuture<List<String>> running = occupy(10);
        CompletableFuture<List<String>> waiting = queue.submit(List.of(giving("a")), LONG);
        Thread closing = new Thread(queue::close);
        closing.start();
        Reason refused = null;
        while (refused == null) { // until closing has begun
            try {
                queue.submit(List.of(giving("b")), LONG);
                Thread.onSpinWait();
            } catch (ServingException e) {
                refused = e.reason() == Reason.OVERLOADED ? null : e.reason();
            }
        }
        assertThat(refused).isEqualTo(Reason.UNAVAILABLE);
        assertThat(waiting).isNotDone();
        gate.countDown();
        closing.join();
        assertThat(running).isCompletedWithValue(List.of("first"));
        assertThat(waiting).isCompletedWithValue(List.of("a"));
    }
}
