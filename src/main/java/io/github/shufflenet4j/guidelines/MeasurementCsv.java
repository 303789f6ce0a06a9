package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.shufflenet4j.model.cost.Cost;

/** The numbers, comma-separated: times in milliseconds for one image, memory access in elements. */
final class MeasurementCsv {

    private static final List<String> GUIDELINE_KEYS = List.of("guideline", "scale", "engine", "row", "channels",
            "macs", "computed_macs", "memory_access", "least_memory_access", "median_ms", "lower_quartile_ms",
            "upper_quartile_ms", "ratio_to_first_row", "lower_quartile_ratio", "upper_quartile_ratio", "rank", "rounds",
            "paper_arm_images_per_second", "paper_gpu_batches_per_second");
    private static final List<String> NETWORK_KEYS = List.of("network", "top1_error", "parameters", "macs",
            "memory_access", "peak_activations", "intensity", "fragmentation", "graph_ms", "graph_lower_quartile_ms",
            "graph_upper_quartile_ms", "plan_ms", "plan_lower_quartile_ms", "plan_upper_quartile_ms");

    private MeasurementCsv() {
    }

    static String guidelines(List<Experiment.Result> results) {
        return csv(GUIDELINE_KEYS, results.stream().flatMap(result ->
                IntStream.range(0, result.experiment().engines().size()).boxed().flatMap(engine ->
                        IntStream.range(0, result.rows()).mapToObj(row -> cells(result, engine, row)))));
    }

    private static List<Object> cells(Experiment.Result result, int engine, int row) {
        Guideline guideline = result.guideline();
        int scale = result.experiment().scale();
        Cost cost = result.cost(engine, row);
        Quartiles seconds = result.seconds(engine, row);
        Quartiles ratio = result.ratio(engine, row, 0);
        return List.of(guideline.label(), scale, result.experiment().engines().get(engine).name(),
                guideline.rows().get(row).name(), guideline.rows().get(row).channels().apply(scale), cost.macs(),
                result.computedMacs(engine, row), cost.memoryAccess(), result.leastMemoryAccess(row),
                1e3 * seconds.median(), 1e3 * seconds.lower(), 1e3 * seconds.upper(), ratio.median(), ratio.lower(),
                ratio.upper(), result.rank(engine, row), result.times().rounds(), guideline.arm(row, scale),
                guideline.gpu(row, scale));
    }

    static String networks(List<NetworkSpeed> networks) {
        return csv(NETWORK_KEYS, networks.stream().map(network -> {
            Cost cost = network.summary().total();
            Quartiles graph = network.graph();
            return List.of(network.contender().name(), network.contender().top1Error(), cost.parameters(), cost.macs(),
                    cost.memoryAccess(), network.summary().peakActivations(), cost.intensity(),
                    network.summary().fragmentation(), 1e3 * graph.median(), 1e3 * graph.lower(), 1e3 * graph.upper(),
                    plan(network, Quartiles::median), plan(network, Quartiles::lower),
                    plan(network, Quartiles::upper));
        }));
    }

    private static OptionalDouble plan(NetworkSpeed network, ToDoubleFunction<Quartiles> part) {
        return network.plan().stream().mapToDouble(part).map(seconds -> 1e3 * seconds).findFirst();
    }

    private static String csv(List<String> keys, Stream<List<Object>> rows) {
        return Stream.concat(Stream.of(String.join(",", keys)),
                rows.map(row -> row.stream().map(MeasurementCsv::cell).collect(Collectors.joining(","))))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String cell(Object value) {
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, "%.5g", number);
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? cell(optional.getAsDouble()) : "";
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? Long.toString(optional.getAsLong()) : "";
        }
        String text = value.toString();
        return text.contains(",") ? '"' + text + '"' : text;
    }
}
