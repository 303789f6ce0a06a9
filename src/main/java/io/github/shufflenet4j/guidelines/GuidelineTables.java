package io.github.shufflenet4j.guidelines;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.shufflenet4j.guidelines.Timings.Quartiles;
import io.github.shufflenet4j.model.cost.Cost;
import io.github.shufflenet4j.model.cost.NetworkSummary;
import io.github.shufflenet4j.report.Table;

/** Results in tables. */
final class GuidelineTables {

    private static final double MILLION = 1e6;

    private GuidelineTables() {
    }

    /** A row for each experiment, a column for each engine. */
    static Table verdicts(GuidelineResults results) {
        Table table = new Table("Which guidelines hold").text("");
        results.engines().forEach(engine -> table.text(engine.name()));
        for (Experiment experiment : results.experiments()) {
            table.row(Stream.concat(Stream.of(experiment.name()), IntStream.range(0, results.engines().size())
                    .mapToObj(engine -> experiment.verdict(engine).words())).toArray());
        }
        return table;
    }

    /** The rows of an experiment, their costs, and their times in the paper. */
    static Table settings(Experiment experiment) {
        Guideline guideline = experiment.guideline();
        int scale = experiment.scale();
        Table table = new Table(experiment.name() + ": rows, with the paper's times relative to the first row")
                .text("row").number("channels").number("multiply-adds, M").number("memory access, M")
                .number("relative to the lower bound").number("paper, ARM").number("paper, GPU");
        for (int row = 0; row < experiment.rows(); row++) {
            double memoryAccess = experiment.cost(0, row).memoryAccess();
            OptionalLong bound = experiment.minMemoryAccess(row);
            table.row(guideline.row(row), guideline.rows().get(row).channels().apply(scale),
                    decimals(experiment.cost(0, row).macs() / MILLION), decimals(memoryAccess / MILLION),
                    bound.isPresent() ? decimals(memoryAccess / bound.getAsLong()) : "",
                    decimals(guideline.arm(0, scale) / guideline.arm(row, scale)),
                    decimals(guideline.gpu(0, scale) / guideline.gpu(row, scale)));
        }
        return table;
    }

    static Table times(Experiment experiment) {
        Table table = new Table(experiment.name() + ": times in " + experiment.timings().rounds()
                        + " rounds, in milliseconds and relative to the first row")
                .text("engine").text("row").number("ms").number("quartiles").number("relative").number("quartiles")
                .number("rank");
        List<Engine> engines = experiment.engines();
        for (int engine = 0; engine < engines.size(); engine++) {
            for (int row = 0; row < experiment.rows(); row++) {
                Quartiles millis = experiment.seconds(engine, row).millis();
                Quartiles ratio = experiment.ratio(engine, row, 0);
                table.row(engines.get(engine).name(), experiment.guideline().row(row), decimals(millis.median()),
                        quartiles(millis), decimals(ratio.median()), quartiles(ratio), experiment.rank(engine, row));
            }
        }
        return table;
    }

    /** All networks, by multiply-adds. */
    static Table networks(List<NetworkResult> networks) {
        Table table = new Table("Networks").text("network").number("top-1 error, %").number("parameters, M")
                .number("multiply-adds, M").number("memory access, M").number("FLOP/byte").number("fragments")
                .number("graph, ms").number("quartiles").number("plan, ms").number("quartiles");
        networks.stream().sorted(Comparator.comparing(network -> network.summary().macs())).forEach(network -> {
            NetworkSummary summary = network.summary();
            Quartiles graph = network.graph().millis();
            Optional<Quartiles> plan = network.plan().map(Quartiles::millis);
            table.row(network.name(), network.top1Error().isEmpty() ? ""
                            : String.format(Locale.ROOT, "%.1f", network.top1Error().getAsDouble()),
                    summary.parameters() / MILLION, summary.macs() / MILLION, network.memoryAccess() / MILLION,
                    summary.total().intensity(), summary.fragmentation(), decimals(graph.median()), quartiles(graph),
                    plan.map(millis -> decimals(millis.median())).orElse(""),
                    plan.map(GuidelineTables::quartiles).orElse(""));
        });
        return table;
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String quartiles(Quartiles values) {
        return decimals(values.lower()) + " to " + decimals(values.upper());
    }

    /** One line for each experiment, engine and row: times of one image, memory access in elements. */
    static String guidelinesCsv(List<Experiment> experiments) {
        Table table = csv("guideline", "scale", "engine", "row", "channels", "macs", "computed_macs", "memory_access",
                "least_memory_access", "median_ms", "lower_quartile_ms", "upper_quartile_ms", "ratio_to_first_row",
                "lower_quartile_ratio", "upper_quartile_ratio", "rank", "rounds", "paper_arm_images_per_second",
                "paper_gpu_batches_per_second");
        for (Experiment experiment : experiments) {
            Guideline guideline = experiment.guideline();
            int scale = experiment.scale();
            for (int engine = 0; engine < experiment.engines().size(); engine++) {
                for (int row = 0; row < experiment.rows(); row++) {
                    Cost cost = experiment.cost(engine, row);
                    Quartiles millis = experiment.seconds(engine, row).millis();
                    Quartiles ratio = experiment.ratio(engine, row, 0);
                    csvRow(table, guideline, scale, experiment.engines().get(engine).name(), guideline.row(row),
                            guideline.rows().get(row).channels().apply(scale), cost.macs(),
                            experiment.computedMacs(engine, row), cost.memoryAccess(), experiment.minMemoryAccess(row),
                            millis.median(), millis.lower(), millis.upper(), ratio.median(), ratio.lower(),
                            ratio.upper(), experiment.rank(engine, row), experiment.timings().rounds(),
                            guideline.arm(row, scale), guideline.gpu(row, scale));
                }
            }
        }
        return table.toCsv();
    }

    /** One line for each network, in the order of the benchmark. */
    static String networksCsv(List<NetworkResult> networks) {
        Table table = csv("network", "top1_error", "parameters", "macs", "memory_access", "peak_activations",
                "intensity", "fragmentation", "graph_ms", "graph_lower_quartile_ms", "graph_upper_quartile_ms",
                "plan_ms", "plan_lower_quartile_ms", "plan_upper_quartile_ms");
        for (NetworkResult network : networks) {
            Cost cost = network.summary().total();
            Quartiles graph = network.graph().millis();
            csvRow(table, network.name(), network.top1Error(), cost.parameters(), cost.macs(), cost.memoryAccess(),
                    network.summary().peakActivations(), cost.intensity(), network.summary().fragmentation(),
                    graph.median(), graph.lower(), graph.upper(), plan(network, Quartiles::median),
                    plan(network, Quartiles::lower), plan(network, Quartiles::upper));
        }
        return table.toCsv();
    }

    private static OptionalDouble plan(NetworkResult network, ToDoubleFunction<Quartiles> quartile) {
        return network.plan().map(Quartiles::millis).stream().mapToDouble(quartile).findFirst();
    }

    private static Table csv(String... columns) {
        Table table = new Table("");
        Stream.of(columns).forEach(table::text);
        return table;
    }

    private static void csvRow(Table table, Object... cells) {
        table.row(Stream.of(cells).map(GuidelineTables::cell).toArray());
    }

    private static Object cell(Object value) {
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? cell(optional.getAsDouble()) : "";
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : "";
        }
        return value instanceof Double ? String.format(Locale.ROOT, "%.5g", value) : value;
    }
}
