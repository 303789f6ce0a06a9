package io.github.shufflenet4j.guidelines;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.cost.NetworkSummary;

/**
 * The speed of a network's {@code ComputationGraph.output}, for one image of the size of its published figures, with
 * random weights.
 *
 * @param network       whose speed it is
 * @param summary       its costs
 * @param millis        median time of an image
 * @param lowerQuartile of the times
 * @param upperQuartile of the times
 */
public record NetworkSpeed(Architecture network, NetworkSummary summary, double millis, double lowerQuartile,
                           double upperQuartile) {

    private static final int MIN_ROUNDS = 8;

    /**
     * Compares networks in rounds of random order, on {@link Workers#shared}.
     *
     * @param duration of the rounds together
     */
    public static List<NetworkSpeed> measure(List<? extends Architecture> networks, Duration duration) {
        List<String> failed = new ArrayList<>();
        Benchmark benchmark = new Benchmark(1, duration, Duration.ofMillis(300), MIN_ROUNDS,
                Benchmark.clock(Workers.shared().size()));
        List<NetworkResult> results = NetworkResult.measure(networks, Long.MAX_VALUE, benchmark, failed::add);
        Validate.isTrue(failed.isEmpty(), "cannot run %s", String.join("; ", failed));
        return results.stream().map(result -> {
            Timings.Quartiles millis = result.graph().millis();
            return new NetworkSpeed(result.architecture(), result.summary(), millis.median(), millis.lower(),
                    millis.upper());
        }).toList();
    }
}
