package io.github.shufflenet4j.guidelines;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.shufflenet4j.report.Table;

/** The measurements in tables. */
final class GuidelineTables {

    private static final double MILLION = 1e6;

    private GuidelineTables() {
    }

    /** Where each guideline holds: a row for each of its experiments, a column for each engine. */
    static Table verdicts(Measurements measurements) {
        Table.Builder table = Table.builder("Which guidelines hold").text("");
        measurements.engines().forEach(engine -> table.text(engine.name()));
        for (Guideline guideline : Guideline.values()) {
            for (Experiment.Result result : measurements.results(guideline)) {
                table.row(Stream.concat(Stream.of(title(result)),
                        IntStream.range(0, measurements.engines().size())
                                .mapToObj(engine -> result.verdict(engine).words())).toArray());
            }
        }
        return table.build();
    }

    /** Such as: G1 at x2. */
    static String title(Experiment.Result result) {
        return result.guideline().label() + " at x" + result.experiment().scale();
    }

    /** What the rows of an experiment are, what theory says of them, and what the paper measured. */
    static Table settings(Experiment.Result result) {
        Guideline guideline = result.guideline();
        int scale = result.experiment().scale();
        Table.Builder table = Table.builder(title(result)
                        + ": the rows; the paper's times are by that of the first row")
                .text("").number("channels").number("multiply-adds, M").number("memory access, M")
                .number("by the least").number("paper, ARM").number("paper, GPU");
        for (int row = 0; row < result.rows(); row++) {
            long memoryAccess = result.cost(0, row).memoryAccess();
            table.row(guideline.rows().get(row).name(), guideline.rows().get(row).channels().apply(scale),
                    decimals(result.cost(0, row).macs() / MILLION), decimals(memoryAccess / MILLION),
                    byTheLeast(memoryAccess, result.leastMemoryAccess(row)),
                    decimals(guideline.arm(0, scale) / guideline.arm(row, scale)),
                    decimals(guideline.gpu(0, scale) / guideline.gpu(row, scale)));
        }
        return table.build();
    }

    /** What the rows of an experiment took. */
    static Table times(Experiment.Result result) {
        Table.Builder table = Table.builder(title(result) + ": times of " + result.times().rounds()
                        + " rounds, in milliseconds and by that of the first row")
                .text("engine").text("row").number("ms").number("half of them").number("relative")
                .number("half of them").number("rank");
        List<Engine> engines = result.experiment().engines();
        for (int engine = 0; engine < engines.size(); engine++) {
            for (int row = 0; row < result.rows(); row++) {
                Quartiles seconds = result.seconds(engine, row);
                Quartiles ratio = result.ratio(engine, row, 0);
                table.row(engines.get(engine).name(), result.guideline().rows().get(row).name(),
                        decimals(1e3 * seconds.median()), range(1e3 * seconds.lower(), 1e3 * seconds.upper()),
                        decimals(ratio.median()), range(ratio.lower(), ratio.upper()), result.rank(engine, row));
            }
        }
        return table.build();
    }

    /** All networks, by multiply-adds. */
    static Table networks(List<NetworkSpeed> networks) {
        Table.Builder table = Table.builder("Networks").text("network").number("top-1 error, %")
                .number("parameters, M").number("multiply-adds, M").number("memory access, M").number("FLOP/byte")
                .number("fragments").number("graph, ms").number("half of them").number("plan, ms")
                .number("half of them");
        networks.stream().sorted(Comparator.comparing(network -> network.summary().macs())).forEach(network -> {
            Quartiles graph = network.graph();
            table.row(network.contender().name(), text(network.contender().top1Error()),
                    network.summary().parameters() / MILLION, network.summary().macs() / MILLION,
                    network.summary().total().memoryAccess() / MILLION, network.summary().total().intensity(),
                    network.summary().fragmentation(), decimals(1e3 * graph.median()),
                    range(1e3 * graph.lower(), 1e3 * graph.upper()),
                    network.plan().map(plan -> decimals(1e3 * plan.median())).orElse(""),
                    network.plan().map(plan -> range(1e3 * plan.lower(), 1e3 * plan.upper())).orElse(""));
        });
        return table.build();
    }

    private static String byTheLeast(long memoryAccess, OptionalLong least) {
        return least.isPresent() ? decimals((double) memoryAccess / least.getAsLong()) : "";
    }

    private static String text(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.1f", value.getAsDouble()) : "";
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String range(double lower, double upper) {
        return decimals(lower) + " to " + decimals(upper);
    }
}
