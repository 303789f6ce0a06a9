package io.github.shufflenet4j.guidelines;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.Networks;
import io.github.shufflenet4j.model.comparison.ShuffleNetV2Split;

/**
 * Measures the paper's tables 1 to 4 and 8 on this machine.
 *
 * <p>The experiments run on this library's kernels, and on ONNX Runtime if it is on the class path. A quick run leaves
 * out the x4 columns and the largest networks, and takes about three minutes; a full run takes a quarter of an hour.
 */
public final class GuidelineBenchmark {

    private static final long MAX_QUICK_MACS = 160_000_000;

    private final boolean quick;
    private final Consumer<String> progress;

    /**
     * A benchmark on {@link Workers#shared}.
     *
     * @param quick    whether to run the short version
     * @param progress receives the name of each step at its start
     */
    public GuidelineBenchmark(boolean quick, Consumer<String> progress) {
        this.quick = quick;
        this.progress = progress;
    }

    /** Runs everything; the machine should be idle otherwise. */
    public GuidelineReport run() {
        double load = load();
        Workers workers = Workers.shared();
        LongSupplier clock = Benchmark.clock(workers.size());
        progress.accept("networks");
        List<String> failed = new ArrayList<>();
        List<NetworkResult> networks = NetworkResult.measure(networks(), quick ? MAX_QUICK_MACS : Long.MAX_VALUE,
                quick ? new Benchmark(1, Duration.ofSeconds(20), Duration.ofMillis(200), 8, clock)
                        : new Benchmark(1, Duration.ofMinutes(2), Duration.ofMillis(300), 10, clock), failed::add);
        List<Engine> engines = Engine.all(workers);
        Benchmark benchmark = quick ? new Benchmark(5, Duration.ofMillis(1400), Duration.ofMillis(100), 4, clock)
                : new Benchmark(10, Duration.ofSeconds(3), Duration.ofMillis(200), 4, clock);
        List<Experiment> experiments = new ArrayList<>();
        for (Guideline guideline : Guideline.values()) {
            for (int scale : quick ? Guideline.SCALES.subList(0, 2) : Guideline.SCALES) {
                progress.accept(guideline + " at x" + scale);
                experiments.add(Experiment.run(guideline, scale, engines, benchmark));
            }
        }
        return new GuidelineReport(new GuidelineResults(conditions(LocalDate.now(), Machine.facts(), load, load()),
                experiments, networks, failed));
    }

    /** All but those of the ablation, which are not in table 8. */
    private static List<Architecture> networks() {
        return Networks.all().stream().filter(network -> !(network instanceof ShuffleNetV2Split)).toList();
    }

    /** Processes that computed or waited for a core in the last minute, on average; negative if unknown. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** Date, machine and load, by name. */
    static Map<String, String> conditions(LocalDate date, Map<String, String> machine, double before, double after) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Date", date.toString());
        facts.putAll(machine);
        facts.put("Load average", format(before) + " before, " + format(after) + " afterwards");
        return facts;
    }

    private static String format(double load) {
        return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f", load);
    }
}
