package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What the times of table 8's networks say, in words. */
final class NetworkFindings {

    /** The paper's levels of complexity, in multiply-adds. */
    private static final List<Long> LEVELS = List.of(40_000_000L, 140_000_000L, 300_000_000L, 500_000_000L);
    /** Networks of a level have no more than that many times its multiply-adds, and no less than its share. */
    private static final double REACH = 1.25;
    private static final int ENOUGH_TO_CORRELATE = 4;

    private final List<NetworkSpeed> networks;

    NetworkFindings(List<NetworkSpeed> networks) {
        this.networks = networks;
    }

    /** A paragraph on what goes with time, and one for each level of complexity that has more than one network. */
    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        if (networks.size() >= ENOUGH_TO_CORRELATE) {
            paragraphs.add(String.format(Locale.ROOT, "Over all %d networks, the logarithm of the graph's time"
                            + " correlates by %.2f with that of multiply-adds, and by %.2f with that of memory access.",
                    networks.size(), correlation(network -> network.summary().macs()),
                    correlation(network -> network.summary().total().memoryAccess())));
        }
        for (long level : LEVELS) {
            List<NetworkSpeed> peers = networks.stream()
                    .filter(network -> network.summary().macs() <= level * REACH
                            && network.summary().macs() * REACH >= level)
                    .sorted(Comparator.comparing(network -> network.graph().median())).toList();
            if (peers.size() > 1) {
                paragraphs.add("Around " + level / 1_000_000 + " million multiply-adds, from the fastest to"
                        + " the slowest: "
                        + peers.stream().map(NetworkFindings::described).collect(Collectors.joining(", ")) + ".");
            }
        }
        return paragraphs;
    }

    /** Such as: mobilenet_v1_x0_5 (4.1 ms, error 36.3 %). */
    private static String described(NetworkSpeed network) {
        return String.format(Locale.ROOT, "%s (%.1f ms%s)", network.contender().name(), 1e3 * network.graph().median(),
                network.contender().top1Error().isEmpty() ? "" : String.format(Locale.ROOT, ", error %.1f %%",
                        network.contender().top1Error().getAsDouble()));
    }

    private double correlation(ToDoubleFunction<NetworkSpeed> property) {
        return correlation(networks.stream().mapToDouble(property).map(Math::log).toArray(),
                networks.stream().mapToDouble(network -> Math.log(network.graph().median())).toArray());
    }

    /** Pearson's coefficient. */
    static double correlation(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
