package io.github.shufflenet4j.guidelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.guidelines.Experiment.Verdict;
import io.github.shufflenet4j.guidelines.Timings.Quartiles;

class TimingsTest {

    @Test
    void quartilesAreLinearBetweenNeighbours() {
        assertThat(Quartiles.of(new double[] {4, 1, 3, 2})).isEqualTo(new Quartiles(1.75, 2.5, 3.25));
        assertThat(Quartiles.of(new double[] {7})).isEqualTo(new Quartiles(7, 7, 7));
        assertThatThrownBy(() -> Quartiles.of(new double[0])).isInstanceOf(IllegalArgumentException.class);
    }

    /** The machine gets three times slower: the medians overlap, the rounds do not. */
    @Test
    void tasksAreComparedWithinRounds() {
        double[][] drifting = new double[40][];
        for (int round = 0; round < 40; round++) {
            double slow = 1 + round / 20.0;
            drifting[round] = new double[] {slow, 1.1 * slow, 1.01 * slow};
        }
        Timings timings = new Timings(drifting);
        assertThat(timings.of(0).upper()).isGreaterThan(timings.of(1).lower());
        assertThat(timings.faster(0, 1)).isTrue();
        assertThat(timings.faster(1, 0)).isFalse();
        assertThat(timings.faster(0, 2)).as("one percent").isFalse();
        assertThat(timings.ratio(1, 0).median()).isCloseTo(1.1, within(1e-12));
        assertThat(new int[] {timings.rank(0, 0, 1, 2), timings.rank(1, 0, 1, 2), timings.rank(2, 0, 1, 2)})
                .containsExactly(1, 3, 1);
    }

    @Test
    void twoOfThreeRoundsAreATie() {
        Timings timings = new Timings(new double[][] {{1, 2}, {1, 2}, {2, 1}});
        assertThat(timings.ratio(0, 1).median()).isEqualTo(0.5);
        assertThat(timings.faster(0, 1)).isFalse();
    }

    @Test
    void verdictsFollowTheRules() {
        assertThat(Verdict.of(0, 0, 6)).isEqualTo(Verdict.NO_EFFECT);
        assertThat(Verdict.of(4, 0, 6)).isEqualTo(Verdict.HOLDS);
        assertThat(Verdict.of(3, 0, 6)).isEqualTo(Verdict.PARTLY);
        assertThat(Verdict.of(5, 1, 6)).isEqualTo(Verdict.PARTLY);
        assertThat(Verdict.of(2, 2, 6)).isEqualTo(Verdict.FAILS);
        assertThat(Verdict.of(0, 1, 6)).isEqualTo(Verdict.FAILS);
    }

    @Test
    void everyRoundRunsEveryTaskInAnotherOrder() {
        List<Integer> ran = new ArrayList<>();
        List<Integer> closed = new ArrayList<>();
        Benchmark benchmark = new Benchmark(2, Duration.ZERO, Duration.ZERO, 6, System::nanoTime);
        Timings timings = benchmark.run(() -> IntStream.range(0, 5).mapToObj(task -> new Benchmark.Task() {
            @Override
            public void run() {
                ran.add(task);
                busy(5_000_000);
            }

            @Override
            public void close() {
                closed.add(task);
            }
        }).toList());
        assertThat(timings.rounds()).isEqualTo(12);
        assertThat(timings.of(3).lower()).isBetween(0.005, 1.0);
        assertThat(closed).containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 3, 4);
        List<List<Integer>> rounds = new ArrayList<>();
        int runs = 2;
        for (int round = 6; round > 0; round--) {
            int at = ran.size() - round * 5 * runs;
            rounds.add(IntStream.range(0, 5).mapToObj(task -> ran.get(at + runs * task)).toList());
        }
        assertThat(rounds).allSatisfy(round -> assertThat(round).containsExactlyInAnyOrder(0, 1, 2, 3, 4));
        assertThat(rounds.stream().distinct()).hasSizeGreaterThan(3);
    }

    /** A thread that sleeps takes no processor time; where there are more threads, all time counts. */
    @Test
    void oneThreadIsTimedByItsProcessorTime() throws InterruptedException {
        LongSupplier clock = Benchmark.clock(1);
        long wallStart = System.nanoTime();
        long start = clock.getAsLong();
        Thread.sleep(50);
        long own = clock.getAsLong() - start;
        // However busy the machine is: the time asleep is missing from the thread's own.
        assertThat(System.nanoTime() - wallStart - own).isGreaterThan(40_000_000);
        busy(20_000_000);
        assertThat(clock.getAsLong() - start).isPositive();
        long wall = Benchmark.clock(2).getAsLong();
        Thread.sleep(50);
        assertThat(Benchmark.clock(2).getAsLong() - wall).isGreaterThan(40_000_000);
    }

    private static void busy(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
