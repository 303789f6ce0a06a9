package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

import io.github.shufflenet4j.guidelines.Experiment.Verdict;
import io.github.shufflenet4j.guidelines.Guideline.Claim;
import io.github.shufflenet4j.guidelines.Timings.Quartiles;

/** Results in words. */
final class Findings {

    /** The paper's levels of complexity, in multiply-adds. */
    private static final List<Long> LEVELS = List.of(40_000_000L, 140_000_000L, 300_000_000L, 500_000_000L);
    /** Largest factor between the multiply-adds of a network and those of its level. */
    private static final double TOLERANCE = 1.25;
    private static final int MIN_CORRELATED = 4;

    private Findings() {
    }

    /** A paragraph for each engine; the experiments have the same guideline and engines. */
    static List<String> of(List<Experiment> experiments) {
        List<Engine> engines = experiments.get(0).engines();
        return IntStream.range(0, engines.size()).mapToObj(engine -> engines.get(engine).name() + ": "
                + verdicts(experiments, engine) + extremes(experiments, engine)
                + contradictions(experiments, engine)).toList();
    }

    /** Such as: the guideline holds at x1 and x2 and does not hold at x4. */
    private static String verdicts(List<Experiment> experiments, int engine) {
        List<String> parts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            List<String> columns = experiments.stream().filter(experiment -> experiment.verdict(engine) == verdict)
                    .map(Experiment::column).toList();
            if (!columns.isEmpty()) {
                parts.add(verdict.words() + " at " + joined(columns));
            }
        }
        return "the guideline " + joined(parts) + ".";
    }

    /** Such as: Time of '1:12' relative to '1:1': 1.46 at x1 (1.42 to 1.50; memory access 1.83). */
    private static String extremes(List<Experiment> experiments, int engine) {
        Guideline guideline = experiments.get(0).guideline();
        Claim claim = guideline.claims().get(0);
        return experiments.stream().map(experiment -> {
            Quartiles ratio = experiment.ratio(engine, claim.slow(), claim.fast());
            double memoryAccess = (double) experiment.cost(engine, claim.slow()).memoryAccess()
                    / experiment.cost(engine, claim.fast()).memoryAccess();
            String macs = experiment.computedMacs(engine, claim.slow()).isEmpty() ? ""
                    : format(", multiply-adds %.2f", (double) experiment.computedMacs(engine, claim.slow()).getAsLong()
                            / experiment.computedMacs(engine, claim.fast()).getAsLong());
            return format("%.2f at %s (%.2f to %.2f; memory access %.2f%s)", ratio.median(), experiment.column(),
                    ratio.lower(), ratio.upper(), memoryAccess, macs);
        }).collect(Collectors.joining(", ",
                " Time of '" + guideline.row(claim.slow()) + "' relative to '" + guideline.row(claim.fast()) + "': ",
                "."));
    }

    private static String contradictions(List<Experiment> experiments, int engine) {
        List<String> found = new ArrayList<>();
        for (Experiment experiment : experiments) {
            Guideline guideline = experiment.guideline();
            guideline.claims().stream().filter(claim -> experiment.contradicts(engine, claim)).forEach(claim ->
                    found.add(format("'%s' takes %.2f times as long as '%s' at %s", guideline.row(claim.slow()),
                            experiment.ratio(engine, claim.slow(), claim.fast()).median(),
                            guideline.row(claim.fast()), experiment.column())));
        }
        return found.isEmpty() ? "" : " In the opposite order: " + joined(found) + ".";
    }

    private static String joined(List<String> parts) {
        int last = parts.size() - 1;
        return last == 0 ? parts.get(0)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }

    /** A paragraph on correlations, and one for each level of complexity with more than one network. */
    static List<String> ofNetworks(List<NetworkResult> networks) {
        List<String> paragraphs = new ArrayList<>();
        if (networks.size() >= MIN_CORRELATED) {
            paragraphs.add(format("Over all %d networks, the logarithm of the graph's time correlates by %.2f with that"
                            + " of multiply-adds, and by %.2f with that of memory access.", networks.size(),
                    correlationWithTime(networks, network -> network.summary().macs()),
                    correlationWithTime(networks, NetworkResult::memoryAccess)));
        }
        for (long level : LEVELS) {
            List<NetworkResult> peers = networks.stream()
                    .filter(network -> network.summary().macs() <= level * TOLERANCE
                            && network.summary().macs() * TOLERANCE >= level)
                    .sorted(Comparator.comparing(network -> network.graph().median())).toList();
            if (peers.size() > 1) {
                paragraphs.add("Around " + level / 1_000_000 + " million multiply-adds, fastest first: "
                        + peers.stream().map(Findings::description).collect(Collectors.joining(", ")) + ".");
            }
        }
        return paragraphs;
    }

    /** Such as: mobilenet_v1_x0_5 (4.1 ms, error 36.3 %). */
    private static String description(NetworkResult network) {
        return format("%s (%.1f ms%s)", network.name(), network.graph().millis().median(),
                network.top1Error().isEmpty() ? "" : format(", error %.1f %%", network.top1Error().getAsDouble()));
    }

    private static double correlationWithTime(List<NetworkResult> networks, ToDoubleFunction<NetworkResult> property) {
        return new PearsonsCorrelation().correlation(networks.stream().mapToDouble(property).map(Math::log).toArray(),
                networks.stream().mapToDouble(network -> Math.log(network.graph().median())).toArray());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
