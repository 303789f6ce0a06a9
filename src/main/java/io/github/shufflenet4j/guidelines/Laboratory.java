package io.github.shufflenet4j.guidelines;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * Measures the paper's tables 1 to 4 and 8 on this machine.
 *
 * <p>The experiments run on this library's kernels, and on ONNX Runtime if it is on the class path. A quick run leaves
 * out the columns of the most channels and the largest networks, and takes some three minutes; a whole one takes a
 * quarter of an hour.
 */
public final class Laboratory {

    /**
     * How much is measured.
     *
     * @param scales      columns of tables 1 to 4
     * @param experiments the times of one column
     * @param largest     most multiply-adds of a network of table 8
     * @param networks    the times of the networks
     */
    private record Setup(List<Integer> scales, Race experiments, long largest, Race networks) {

        static Setup quick(LongSupplier clock) {
            return new Setup(List.of(1, 2), new Race(5, Duration.ofMillis(1400), Duration.ofMillis(100), 4, clock),
                    160_000_000, new Race(1, Duration.ofSeconds(20), Duration.ofMillis(200), 8, clock));
        }

        static Setup whole(LongSupplier clock) {
            return new Setup(Guideline.SCALES, new Race(10, Duration.ofSeconds(3), Duration.ofMillis(200), 4, clock),
                    Long.MAX_VALUE, new Race(1, Duration.ofMinutes(2), Duration.ofMillis(300), 10, clock));
        }
    }

    private final Setup setup;
    private final Workers workers;
    private final Consumer<String> progress;

    /**
     * @param quick    whether to measure less
     * @param progress is told what is measured next
     */
    public Laboratory(boolean quick, Consumer<String> progress) {
        this.workers = Workers.shared();
        LongSupplier clock = Race.clock(workers.size());
        this.setup = quick ? Setup.quick(clock) : Setup.whole(clock);
        this.progress = progress;
    }

    /** Measures everything; the machine should have nothing else to do. */
    public Measurements measure() {
        double load = Conditions.load();
        progress.accept("networks");
        List<String> leftOut = new ArrayList<>();
        List<NetworkSpeed> networks =
                NetworkSpeed.measure(Contender.all(setup.largest()), setup.networks(), leftOut::add);
        List<Engine> engines = Engine.all(workers);
        List<Experiment.Result> results = new ArrayList<>();
        for (Guideline guideline : Guideline.values()) {
            for (int scale : setup.scales()) {
                progress.accept(guideline.label() + " at x" + scale);
                results.add(new Experiment(guideline, scale, engines).run(setup.experiments()));
            }
        }
        return new Measurements(new Conditions(LocalDate.now(), Machine.facts(), load, Conditions.load()), results,
                networks, leftOut);
    }
}
