package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

import io.github.shufflenet4j.report.Table;

/** The measurements in tables. */
final class GuidelineTables {

    private static final double MILLION = 1e6;

    private GuidelineTables() {
    }

    /** Where each guideline holds: a row for each engine, a column for each guideline and factor on the channels. */
    static Table verdicts(Measurements measurements) {
        Table.Builder table = Table.builder("Which guidelines hold").text("engine");
        for (Guideline guideline : Guideline.values()) {
            measurements.results(guideline).forEach(result -> table.text(column(result)));
        }
        for (int engine = 0; engine < measurements.engines().size(); engine++) {
            List<Object> row = new ArrayList<>(List.of(measurements.engines().get(engine).name()));
            for (Guideline guideline : Guideline.values()) {
                for (Experiment.Result result : measurements.results(guideline)) {
                    row.add(result.verdict(engine).words());
                }
            }
            table.row(row.toArray());
        }
        return table.build();
    }

    private static String column(Experiment.Result result) {
        return result.guideline().label() + " x" + result.experiment().scale();
    }

    /** One engine's rows of a column of the paper's table, with what the paper says of them. */
    static Table rows(Experiment.Result result, int engine) {
        Guideline guideline = result.guideline();
        int scale = result.experiment().scale();
        Table.Builder table = Table.builder(String.format(Locale.ROOT, "%s on %s, %d rounds", column(result),
                        result.experiment().engines().get(engine).name(), result.times().rounds()))
                .text("").text("channels").number("multiply-adds, M").number("with rounding, M")
                .number("memory access, M").number("by the least possible").number("ms").text("half of the times")
                .number("by the first row").text("half of the rounds").number("rank").number("paper, ARM")
                .number("paper, GPU");
        for (int row = 0; row < result.rows(); row++) {
            Quartiles seconds = result.seconds(engine, row);
            Quartiles ratio = result.ratio(engine, row, 0);
            long memoryAccess = result.cost(engine, row).memoryAccess();
            table.row(guideline.rows().get(row).name(), guideline.rows().get(row).channels().apply(scale),
                    result.cost(engine, row).macs() / MILLION, millions(result.computedMacs(engine, row)),
                    memoryAccess / MILLION, decimals(memoryAccess / result.leastMemoryAccess(row)),
                    decimals(1e3 * seconds.median()), range(1e3 * seconds.lower(), 1e3 * seconds.upper()),
                    decimals(ratio.median()), range(ratio.lower(), ratio.upper()), result.rank(engine, row),
                    decimals(guideline.arm(0, scale) / guideline.arm(row, scale)),
                    decimals(guideline.gpu(0, scale) / guideline.gpu(row, scale)));
        }
        return table.build();
    }

    /** All networks, by multiply-adds. */
    static Table networks(List<NetworkSpeed> networks) {
        Table.Builder table = Table.builder("Networks").text("network").number("top-1 error, %")
                .number("parameters, M").number("multiply-adds, M").number("memory access, M").number("FLOP/byte")
                .number("fragments").number("graph, ms").text("half of the times").number("plan, ms")
                .text("half of the times");
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

    private static String millions(OptionalLong count) {
        return count.isPresent() ? String.format(Locale.ROOT, "%.1f", count.getAsLong() / MILLION) : "";
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
