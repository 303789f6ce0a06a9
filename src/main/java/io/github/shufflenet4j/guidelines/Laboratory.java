package io.github.shufflenet4j.guidelines;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.shufflenet4j.kernel.Workers;

/**
 * Measures the paper's tables 1 to 4 and 8 on this machine.
 *
 * <p>The experiments run on this library's kernels, and on ONNX Runtime if it is on the class path. A quick run leaves
 * out the columns of the most channels and the largest networks, and takes some three minutes; a whole one takes a
 * quarter of an hour.
 */
public final class Laboratory {

    private static final Setup QUICK = new Setup(List.of(1, 2),
            new Race(Duration.ofSeconds(8), Duration.ofMillis(150), 12), 160_000_000,
            new Race(Duration.ofSeconds(35), Duration.ofMillis(300), 7));
    private static final Setup WHOLE = new Setup(Guideline.SCALES,
            new Race(Duration.ofSeconds(30), Duration.ofMillis(400), 20), Long.MAX_VALUE,
            new Race(Duration.ofMinutes(4), Duration.ofMillis(500), 12));

    /**
     * How much is measured.
     *
     * @param scales      columns of tables 1 to 4
     * @param experiments the times of one column
     * @param largest     most multiply-adds of a network of table 8
     * @param networks    the times of the networks
     */
    private record Setup(List<Integer> scales, Race experiments, long largest, Race networks) {
    }

    private final Setup setup;
    private final Workers workers;
    private final Consumer<String> progress;

    /**
     * @param quick    whether to measure less
     * @param progress is told what is measured next
     */
    public Laboratory(boolean quick, Consumer<String> progress) {
        this.setup = quick ? QUICK : WHOLE;
        this.workers = Workers.shared();
        this.progress = progress;
    }

    /** Measures everything; the machine should have nothing else to do. */
    public Measurements measure() {
        double load = Machine.load();
        List<Engine> engines = Engine.all(workers);
        List<Experiment.Result> results = new ArrayList<>();
        for (Guideline guideline : Guideline.values()) {
            for (int scale : setup.scales()) {
                progress.accept(guideline.label() + " at x" + scale);
                results.add(new Experiment(guideline, scale, engines).run(setup.experiments()));
            }
        }
        progress.accept("networks");
        List<NetworkSpeed> networks = NetworkSpeed.measure(setup.largest(), setup.networks());
        return new Measurements(Machine.facts(workers.size()), load, Machine.load(), results, networks);
    }
}
